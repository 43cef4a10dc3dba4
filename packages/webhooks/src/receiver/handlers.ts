import { namesMatching, nearestPattern } from '../events/catalog.js';
import type { EventPattern, HandledEvent, KnownEvent } from '../events/types.js';
import type { Context } from './context.js';
import { isThenable } from './maybe-async.js';

/** What `receiver.on` takes. */
export type Handler<P extends EventPattern = '*'> = (event: HandledEvent<P>, context: Context) => void | Promise<void>;

type AnyHandler = (event: KnownEvent, context: Context) => unknown;

/** Which handlers an event name has, in the order they were registered. */
export class HandlerTable {
  readonly #byName = new Map<string, readonly AnyHandler[]>();

  /**
   * Registers a handler for every name the pattern matches.
   *
   * @throws TypeError for a pattern that matches nothing, naming the nearest one
   */
  add(pattern: string, handler: unknown): void {
    if (typeof handler !== 'function') throw new TypeError(`The handler for ${String(pattern)} must be a function`);
    const names = typeof pattern === 'string' ? namesMatching(pattern) : undefined;
    if (names === undefined) {
      const near = typeof pattern === 'string' ? `: did you mean '${nearestPattern(pattern)}'?` : '';
      throw new TypeError(`No VideoCloud event is named '${String(pattern)}'${near}`);
    }
    for (const name of names) this.#byName.set(name, [...(this.#byName.get(name) ?? []), handler as AnyHandler]);
  }

  for(name: string): readonly AnyHandler[] | undefined {
    return this.#byName.get(name);
  }
}

/** Runs handlers one after the other; the first throw stops. A promise only where a handler returns one. */
export function runInOrder(
  handlers: readonly AnyHandler[],
  event: KnownEvent,
  context: Context,
  from = 0,
): void | Promise<void> {
  for (let index = from; index < handlers.length; index++) {
    const result = handlers[index]?.(event, context);
    if (isThenable(result)) {
      const rest = () => runInOrder(handlers, event, context, index + 1);
      return Promise.resolve(result).then(rest);
    }
  }
}
