import type { SenderActivity } from './types.js';

/** Publishes what happens to whoever subscribed. */
export class Activity {
  readonly #listeners = new Set<(activity: SenderActivity) => void>();
  readonly #onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  /** Calls `listener` from now on; the function it returns ends that. */
  subscribe(listener: (activity: SenderActivity) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Makes an activity and hands it out, if anyone subscribed. */
  publish(make: () => SenderActivity | undefined): void {
    if (this.#listeners.size === 0) return;
    const activity = make();
    if (activity === undefined) return;
    for (const listener of this.#listeners) {
      try {
        listener(activity);
      } catch (error) {
        this.#onError(error);
      }
    }
  }
}
