import { numberOption } from '../option-values.js';
import type { Deadlines } from '../runtime/deadlines.js';

/** The result of {@link withTimeout} when time is up. */
export const TIMED_OUT: unique symbol = Symbol('timed out');

/**
 * The value of `work`, or {@link TIMED_OUT} when it takes longer than these deadlines allow. Rejects as `work` does.
 *
 * @param work a value, or a promise of any realm
 */
export function withTimeout<T>(deadlines: Deadlines, work: T | PromiseLike<T>): Promise<T | typeof TIMED_OUT> {
  return new Promise((resolve, reject) => {
    const deadline = deadlines.start(() => resolve(TIMED_OUT));
    // Inside a promise of our own: a `then` that throws is a rejection like any other.
    Promise.resolve(work).then(
      (value) => {
        deadlines.cancel(deadline);
        resolve(value);
      },
      (error: unknown) => {
        deadlines.cancel(deadline);
        reject(error);
      },
    );
  });
}

/**
 * The value of `work`, if it is there in time.
 *
 * @param who the subject of the error's sentence, for example `The store`
 * @throws Error when time is up, and whatever `work` rejects with
 */
export async function withTimeoutOrThrow<T>(deadlines: Deadlines, work: T | PromiseLike<T>, who: string): Promise<T> {
  const value = await withTimeout(deadlines, work);
  if (value === TIMED_OUT) throw new Error(`${who} did not answer within ${deadlines.lengthMs} ms`);
  return value;
}

const MAX_TIMER_MS = 2_147_483_647;

/**
 * A duration option in milliseconds.
 *
 * @throws TypeError when it is not a number of milliseconds a timer can take, or so small that seconds were meant
 */
export function duration(name: string, fallback: number, given: number = fallback): number {
  return numberOption(name, given, `from 1000 to ${MAX_TIMER_MS} milliseconds`, 1_000, MAX_TIMER_MS);
}
