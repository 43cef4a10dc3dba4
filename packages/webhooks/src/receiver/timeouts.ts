import { SHARED_TIMERS } from '#runtime';
import { Queue, type Queued } from '../queue.js';

/** One running deadline; pass it to {@link Deadlines.cancel} when the work is done. */
export interface Deadline extends Queued<Deadline> {
  readonly at: number;
  /** undefined once it has expired or was canceled. */
  expire: (() => void) | undefined;
  /** Its own timer, where timers cannot be shared. */
  readonly timer: ReturnType<typeof setTimeout> | undefined;
}

/** How long the shared timer may keep an idle process alive. */
const TICK_MS = 250;

/**
 * Deadlines of one fixed length that share a timer, which costs a request less than a timer of its own. The timer ticks
 * while a deadline runs. On platforms that tie a timer to the request that made it (Workers), each deadline has its own.
 */
export class Deadlines {
  readonly lengthMs: number;
  // As all are equally long, insertion order is expiry order. Not a Set: what it has outgrown keeps deleted entries, and
  // with them whole requests, until a major garbage collection. That cost a request 10 µs.
  readonly #running = new Queue<Deadline>();
  #ticking = false;

  constructor(lengthMs: number) {
    this.lengthMs = lengthMs;
  }

  start(expire: () => void): Deadline {
    const at = performance.now() + this.lengthMs;
    const timer = SHARED_TIMERS ? undefined : setTimeout(expire, this.lengthMs);
    const deadline: Deadline = { at, expire, timer, previous: undefined, next: undefined };
    if (timer !== undefined) return deadline;
    this.#running.add(deadline);
    if (!this.#ticking) this.#tick(this.lengthMs);
    return deadline;
  }

  cancel(deadline: Deadline): void {
    if (deadline.timer !== undefined) clearTimeout(deadline.timer);
    else if (deadline.expire !== undefined) this.#running.remove(deadline);
    deadline.expire = undefined;
  }

  #tick(untilNext: number): void {
    this.#ticking = true;
    setTimeout(() => this.#sweep(), Math.min(TICK_MS, Math.max(1, untilNext)));
  }

  #sweep(): void {
    this.#ticking = false;
    // Timers may fire up to a millisecond early.
    const now = performance.now() + 1;
    for (let deadline = this.#running.first; deadline !== undefined; deadline = this.#running.first) {
      if (deadline.at > now) {
        if (!this.#ticking) this.#tick(deadline.at - now);
        return;
      }
      const { expire } = deadline;
      this.cancel(deadline);
      expire?.();
    }
  }
}

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
export function duration(name: string, value: number | undefined, fallback: number): number {
  if (value === undefined) return fallback;
  if (typeof value !== 'number' || !(value <= MAX_TIMER_MS)) {
    throw new TypeError(`${name} must be a number of milliseconds up to ${MAX_TIMER_MS}, not ${String(value)}`);
  }
  if (!(value >= 1_000)) {
    throw new TypeError(`${name} is in milliseconds and must be at least 1000: ${value} looks like seconds`);
  }
  return value;
}
