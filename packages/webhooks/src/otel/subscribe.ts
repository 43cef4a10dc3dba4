import { publishTo } from '#diagnostics';
import type { TraceContext } from '../channels/types.js';

/** What is done when work starts and when it has ended; the same object is given to both. */
export interface Subscriber<C extends TraceContext> {
  start?: (context: C) => void;
  ended: (context: C, durationSeconds: number) => void;
}

/**
 * Subscribes to a tracing channel of the toolkit; returns the function that unsubscribes. Work that is under way then is
 * heard to its end: a shutdown is what one wants to see.
 *
 * `ended` is called once: for `asyncEnd`, or for `end` after an `error` where the work threw at once.
 */
export function subscribe<C extends TraceContext>(name: string, { start, ended }: Subscriber<C>): () => void {
  const startedAt = new WeakMap<object, number>();
  let open = 0;
  let left = false;
  const begin = (message: unknown) => {
    startedAt.set(message as object, performance.now());
    open += 1;
    start?.(message as C);
  };
  const finish = (message: unknown) => {
    const at = startedAt.get(message as object);
    // Work that was under way when we subscribed has no start.
    if (at === undefined) return;
    startedAt.delete(message as object);
    open -= 1;
    // Later: a channel may skip a subscriber when another leaves while it publishes.
    queueMicrotask(leave);
    ended(message as C, (performance.now() - at) / 1_000);
  };
  const finishThrown = (message: unknown) => {
    if ((message as C).error !== undefined) finish(message);
  };
  const hear = (stage: string, listener: (message: unknown) => void): (() => void) => {
    const channel = publishTo?.(`tracing:${name}:${stage}`);
    channel?.subscribe(listener);
    return () => channel?.unsubscribe(listener);
  };
  const stopStarts = hear('start', begin);
  const stopEnds = [hear('asyncEnd', finish), hear('end', finishThrown)];
  const leave = () => {
    if (left && open === 0) for (const stop of stopEnds.splice(0)) stop();
  };
  return () => {
    left = true;
    stopStarts();
    leave();
  };
}
