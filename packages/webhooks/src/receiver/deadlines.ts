/** One running deadline; pass it to `cancel` when the work is done. */
export interface Deadline {
  readonly at: number;
  readonly expire: () => void;
}

interface RefTimer {
  ref?(): unknown;
  unref?(): unknown;
}

/**
 * Deadlines of one fixed length that share a single timer, so that a request costs no timer of its own.
 *
 * As all are equally long, insertion order is expiry order. The timer keeps the process alive only while something runs.
 */
export class Deadlines {
  readonly #length: number;
  readonly #running = new Set<Deadline>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(lengthMs: number) {
    this.#length = lengthMs;
  }

  start(expire: () => void): Deadline {
    const deadline = { at: performance.now() + this.#length, expire };
    this.#running.add(deadline);
    if (this.#timer === undefined) this.#arm(this.#length);
    else if (this.#running.size === 1) (this.#timer as RefTimer).ref?.();
    return deadline;
  }

  cancel(deadline: Deadline): void {
    // The timer stays armed for the next one: re-arming on every request is what this class saves.
    if (this.#running.delete(deadline) && this.#running.size === 0) (this.#timer as RefTimer | undefined)?.unref?.();
  }

  #arm(ms: number): void {
    this.#timer = setTimeout(() => this.#sweep(), ms);
  }

  #sweep(): void {
    this.#timer = undefined;
    // Timers may fire up to a millisecond early.
    const now = performance.now() + 1;
    for (const deadline of this.#running) {
      if (deadline.at > now) {
        this.#arm(Math.max(1, deadline.at - now));
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
