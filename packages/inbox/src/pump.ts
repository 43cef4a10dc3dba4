import { setTimeout as sleep } from 'node:timers/promises';
import { timeLimitOf } from './attempt.js';
import { type Attempt, DIED, type Ending, type Taken } from './engine.js';
import type { InboxSettings } from './options.js';
import type { Processing } from './types.js';

/** A database that hands out deliveries under a lease. */
export interface LeaseQueue<T extends Taken> {
  /** Leases up to `limit` deliveries that are due. */
  take(limit: number): Promise<T[]>;
  /** Writes down how an attempt ended, unless another worker holds the delivery by now. */
  settle(taken: T, ending: Ending): Promise<void>;
  /** Gives up what its last permitted attempt took the process down with. */
  readonly maxAttempts: number;
}

/** A worker loop: takes what is due, runs it, settles it. Holds one timer at most, and none once stopped. */
export class Pump<T extends Taken> implements Processing {
  readonly #queue: LeaseQueue<T>;
  readonly #attempt: Attempt;
  readonly #concurrency: number;
  readonly #settings: InboxSettings;
  readonly #running = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  readonly #loop: Promise<void>;
  #wake: (() => void) | undefined;
  #arrived = false;

  constructor(queue: LeaseQueue<T>, attempt: Attempt, concurrency: number, settings: InboxSettings) {
    this.#queue = queue;
    this.#attempt = attempt;
    this.#concurrency = concurrency;
    this.#settings = settings;
    this.#loop = this.#run();
  }

  /** Something may be due: look now rather than at the next poll. */
  notify(): void {
    this.#arrived = true;
    this.#wake?.();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.notify();
    await this.#loop;
    await Promise.all(this.#running);
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#stopping.signal.aborted) {
      this.#arrived = false;
      const free = this.#concurrency - this.#running.size;
      let taken: T[] = [];
      if (free > 0) {
        try {
          taken = await this.#queue.take(free);
          failures = 0;
        } catch (error) {
          failures++;
          this.#settings.report(error, 'take');
        }
      }
      for (const one of taken) this.#start(one);
      // A full hand means there may be more; else until told, or until the next poll.
      if (taken.length < free || free <= 0) await this.#idle(failures);
    }
  }

  #idle(failures: number): Promise<void> {
    if (this.#arrived) return Promise.resolve();
    const { pollInterval } = this.#settings;
    const wait = failures === 0 ? pollInterval : Math.max(pollInterval, Math.min(5_000, 50 * 2 ** failures));
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve();
      };
      // The end of the wait is the timer's alone to tell: another clock might find it early, and nothing would wake us again.
      const timer = setTimeout(wake, wait);
      this.#wake = () => {
        // While the database fails, arrivals must not turn the pause into a busy loop; stopping still ends it.
        if (failures === 0 || this.#stopping.signal.aborted) wake();
      };
    });
  }

  #start(taken: T): void {
    const work = this.#handle(taken).finally(() => {
      this.#running.delete(work);
      this.notify();
    });
    this.#running.add(work);
  }

  async #handle(taken: T): Promise<void> {
    const leased = performance.now();
    const died = taken.attempt > this.#queue.maxAttempts;
    const ending = died ? DIED : await this.#attempt(taken);
    for (let tries = 1; ; tries++) {
      const lost = performance.now() - leased > this.#settings.lease;
      // After the lease another worker may be at it: its attempt must not be failed from here. "Handled" stays true.
      if (lost && ending.state === 'failed') return;
      try {
        await this.#queue.settle(taken, ending);
        return;
      } catch (error) {
        this.#settings.report(error, 'settle');
        // While the database is away nobody else can take it, so holding on is what keeps it from running twice.
        if (this.#stopping.signal.aborted && performance.now() - leased > timeLimitOf(this.#settings.lease)) return;
        await sleep(Math.min(1_000, 20 * 2 ** tries));
      }
    }
  }
}
