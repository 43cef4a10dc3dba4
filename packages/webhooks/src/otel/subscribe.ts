import { publishTo } from '#diagnostics';
import type { TraceContext } from '../channels/types.js';

/** What is done when work starts and when it has ended; the same object is given to both. */
export interface Subscriber<C extends TraceContext> {
  start?: (context: C) => void;
  ended: (context: C, durationSeconds: number) => void;
}

/**
 * Subscribes to a tracing channel of the toolkit; returns the function that unsubscribes.
 *
 * `ended` is called once: for `asyncEnd`, or for `end` after an `error` where the work threw at once.
 */
export function subscribe<C extends TraceContext>(name: string, { start, ended }: Subscriber<C>): () => void {
  const startedAt = new WeakMap<object, number>();
  const begin = (message: unknown) => {
    startedAt.set(message as object, performance.now());
    start?.(message as C);
  };
  const finish = (message: unknown) => {
    const at = startedAt.get(message as object);
    // Work that was under way when we subscribed has no start.
    if (at === undefined) return;
    startedAt.delete(message as object);
    ended(message as C, (performance.now() - at) / 1_000);
  };
  const finishThrown = (message: unknown) => {
    if ((message as C).error !== undefined) finish(message);
  };
  const subscriptions = [
    [`tracing:${name}:start`, begin],
    [`tracing:${name}:asyncEnd`, finish],
    [`tracing:${name}:end`, finishThrown],
  ] as const;
  const channels = subscriptions.flatMap(([channelName, listener]) => {
    const channel = publishTo?.(channelName);
    channel?.subscribe(listener);
    return channel === undefined ? [] : [() => channel.unsubscribe(listener)];
  });
  return () => {
    for (const unsubscribe of channels) unsubscribe();
  };
}
