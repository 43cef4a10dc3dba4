import { SHARED_TIMERS } from '#hmac';

/** One running deadline; pass it to `cancel` when the work is done. */
export interface Deadline {
  readonly at: number;
  readonly expire: () => void;
  /** Its own timer, where timers cannot be shared. */
  readonly timer?: ReturnType<typeof setTimeout>;
}

/** How long the shared timer may keep an idle process alive. */
const TICK_MS = 250;

/**
 * Deadlines of one fixed length that share a timer, so that a request costs none of its own: it ticks while something
 * runs and is not armed again when nothing does. On platforms that tie a timer to the request that made it (Workers),
 * each deadline has its own.
 */
export class Deadlines {
  readonly lengthMs: number;
  // As all are equally long, insertion order is expiry order.
  readonly #running = new Set<Deadline>();
  #ticking = false;

  constructor(lengthMs: number) {
    this.lengthMs = lengthMs;
  }

  start(expire: () => void): Deadline {
    const at = performance.now() + this.lengthMs;
    if (!SHARED_TIMERS) return { at, expire, timer: setTimeout(expire, this.lengthMs) };
    const deadline = { at, expire };
    this.#running.add(deadline);
    if (!this.#ticking) this.#tick(this.lengthMs);
    return deadline;
  }

  cancel(deadline: Deadline): void {
    if (deadline.timer !== undefined) clearTimeout(deadline.timer);
    else this.#running.delete(deadline);
  }

  #tick(untilNext: number): void {
    this.#ticking = true;
    setTimeout(() => this.#sweep(), Math.min(TICK_MS, Math.max(1, untilNext)));
  }

  #sweep(): void {
    this.#ticking = false;
    // Timers may fire up to a millisecond early.
    const now = performance.now() + 1;
    for (const deadline of this.#running) {
      if (deadline.at > now) {
        if (!this.#ticking) this.#tick(deadline.at - now);
        return;
      }
      this.#running.delete(deadline);
      deadline.expire();
    }
  }
}

/** What a bounded wait ends with when time is up. */
export const EXPIRED = Symbol('expired');

/** The value of `work`, or {@link EXPIRED} when it takes longer than these deadlines allow. Rejects as `work` does. */
export function within<T>(deadlines: Deadlines, work: PromiseLike<T>): Promise<T | typeof EXPIRED> {
  return new Promise((resolve, reject) => {
    const deadline = deadlines.start(() => resolve(EXPIRED));
    work.then(
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
 * The value of `work`, under these deadlines.
 *
 * @throws Error that names who took too long, and whatever `work` rejects with
 */
export async function answered<T>(deadlines: Deadlines, work: T | PromiseLike<T>, who: string): Promise<T> {
  const answer = await within(deadlines, Promise.resolve(work));
  if (answer === EXPIRED) throw new Error(`${who} did not answer within ${deadlines.lengthMs} ms`);
  return answer;
}
