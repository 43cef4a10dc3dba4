/**
 * Applies `next` now when the value is there, later when it is a promise.
 *
 * Most deliveries on Node need no promise at all between the body and the answer, and a promise per step is what a
 * middleware costs over a hand-written check.
 */
export function chain<T, U>(value: T | Promise<T>, next: (value: T) => U | Promise<U>): U | Promise<U> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** As {@link chain}, with a way to go on after a throw or rejection. */
export function attempt<T, U>(
  work: () => T | PromiseLike<T>,
  next: (value: T) => U | Promise<U>,
  recover: (error: unknown) => U | Promise<U>,
): U | Promise<U> {
  let value: T | PromiseLike<T>;
  try {
    value = work();
  } catch (error) {
    return recover(error);
  }
  return isThenable(value) ? Promise.resolve(value).then(next, recover) : next(value);
}

export function isThenable<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}
