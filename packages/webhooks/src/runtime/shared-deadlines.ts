import { Queue, type Queued } from '../linked-queue.js';
import type { Deadlines } from './deadlines.js';

interface SharedDeadline extends Queued<SharedDeadline> {
  readonly at: number;
  /** undefined once it has expired or was canceled. */
  expire: (() => void) | undefined;
}

/** How long the shared timer may keep an idle process alive. */
const TICK_MS = 250;

/**
 * Deadlines of one fixed length that share a timer, which costs a request less than a timer of its own. The timer ticks
 * while a deadline runs.
 */
export class SharedDeadlines implements Deadlines {
  readonly lengthMs: number;
  // As all are equally long, insertion order is expiry order. Not a Set: what it has outgrown keeps deleted entries, and
  // with them whole requests, until a major garbage collection. That cost a request 10 µs.
  readonly #running = new Queue<SharedDeadline>();
  #ticking = false;

  constructor(lengthMs: number) {
    this.lengthMs = lengthMs;
  }

  start(expire: () => void): SharedDeadline {
    const at = performance.now() + this.lengthMs;
    const deadline: SharedDeadline = { at, expire, previous: undefined, next: undefined };
    this.#running.add(deadline);
    if (!this.#ticking) this.#tick(this.lengthMs);
    return deadline;
  }

  cancel(deadline: SharedDeadline): void {
    if (deadline.expire !== undefined) this.#running.remove(deadline);
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
