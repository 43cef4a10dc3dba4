import { setTimeout as sleep } from 'node:timers/promises';
import { endsWithin } from './ends-within.js';
import type { RunHandlers, Taken } from './engine.js';
import type { InboxSettings } from './options.js';
import { CLOSE_TIMEOUT_MS, MAX_RUNNING_BYTES, type Settlement, settlementOf, timeLimitOf } from './policy.js';
import type { Processing } from './types.js';

/** A poll this often finds retries soon enough by itself. */
const POLL_MS = 250;
const LEAST_SLOT_MS = 32;

/** A database that hands out deliveries under a lease. */
export interface LeaseQueue<T extends Taken> {
  /** True once its connection or file is closed. */
  readonly closed: boolean;
  /** Leases up to `limit` deliveries that are due; `maxBytes` of bodies, or one delivery. */
  take(limit: number, maxBytes: number): Promise<T[]>;
  /** Ends leases of deliveries that no handler has run for; no attempt is counted. */
  giveBack(taken: readonly T[]): Promise<void>;
  /** Writes down what became of a delivery; false when another worker holds it by now. */
  settle(taken: T, settlement: Settlement): Promise<boolean>;
}

/** A worker: takes what is due, runs it, settles it. Holds few timers, and none once stopped. */
export class WorkerLoop<T extends Taken> implements Processing {
  readonly #queue: LeaseQueue<T>;
  readonly #run: RunHandlers;
  readonly #concurrency: number;
  readonly #settings: InboxSettings;
  readonly #running = new Set<Promise<unknown>>();
  readonly #settling = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  readonly #loop: Promise<void>;
  /** Timers by when they end. */
  readonly #retries = new Map<number, ReturnType<typeof setTimeout>>();
  #bytes = 0;
  #wake: (() => void) | undefined;
  #arrived = false;

  constructor(queue: LeaseQueue<T>, run: RunHandlers, concurrency: number, settings: InboxSettings) {
    this.#queue = queue;
    this.#run = run;
    this.#concurrency = concurrency;
    this.#settings = settings;
    this.#loop = this.#takeAll();
  }

  /** Looks for due deliveries now instead of at the next poll. */
  notify(): void {
    this.#arrived = true;
    this.#wake?.();
  }

  /** Resolves when the handlers have ended and were settled; a silent database is waited for only so long. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const timer of this.#retries.values()) clearTimeout(timer);
    this.notify();
    const finished = this.#loop.then(() => Promise.all(this.#settling));
    do {
      await Promise.race([finished, Promise.all(this.#running)]);
    } while (!(await endsWithin(CLOSE_TIMEOUT_MS, finished)) && this.#running.size > 0);
  }

  async #takeAll(): Promise<void> {
    let failures = 0;
    while (!this.#stopping.signal.aborted) {
      this.#arrived = false;
      const free = this.#bytes < MAX_RUNNING_BYTES ? this.#free() : 0;
      let taken: T[] = [];
      if (free > 0) {
        try {
          taken = await this.#queue.take(free, MAX_RUNNING_BYTES - this.#bytes);
          failures = 0;
        } catch (error) {
          failures++;
          this.#settings.report(error, 'take');
        }
      }
      if (this.#stopping.signal.aborted) return this.#giveBack(taken);
      for (const one of taken) this.#start(one);
      // As many as asked for means there may be more; else wait for an arrival or the next poll.
      if (taken.length < free || free <= 0) await this.#idle(failures);
    }
  }

  /** stop() may have resolved by now: it waits only so long for a database that does not answer. */
  async #giveBack(taken: readonly T[]): Promise<void> {
    if (taken.length === 0) return;
    try {
      await this.#queue.giveBack(taken);
    } catch (error) {
      this.#settings.report(error, 'take');
    }
  }

  /** While the results of one batch are written down, the next can be taken. */
  #free(): number {
    return Math.min(this.#concurrency - this.#running.size, 2 * this.#concurrency - this.#settling.size);
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
      // Only this timer ends the wait: comparing clocks could end it early, and nothing would wake the loop again.
      const timer = setTimeout(wake, wait);
      this.#wake = () => {
        // While the database fails, arrivals must not turn the pause into a busy loop; stopping still ends it.
        if (failures === 0 || this.#stopping.signal.aborted) wake();
      };
    });
  }

  /**
   * Looks for a retry of this process when it is due: only what another process accepts waits for a poll. Retries due at about
   * the same time share a timer, so that a thousand failures do not hold a thousand.
   */
  #wakeAfter(delayMs: number): void {
    const { pollInterval } = this.#settings;
    // One that is further away than a timer reaches is left to the polls.
    if (pollInterval <= POLL_MS || delayMs > 2 ** 30 || this.#stopping.signal.aborted) return;
    const width = Math.max(LEAST_SLOT_MS, 2 ** Math.floor(Math.log2(delayMs + 1) - 4));
    const now = performance.now();
    // A timer may end a millisecond early.
    const slot = Math.ceil((now + delayMs + 2) / width) * width;
    if (this.#retries.has(slot)) return;
    const wake = () => {
      this.#retries.delete(slot);
      this.notify();
    };
    this.#retries.set(slot, setTimeout(wake, slot - now));
  }

  #start(taken: T): void {
    this.#bytes += taken.body.byteLength;
    const settling = this.#handle(taken).finally(() => {
      this.#bytes -= taken.body.byteLength;
      this.#settling.delete(settling);
      this.notify();
    });
    this.#settling.add(settling);
  }

  async #handle(taken: T): Promise<void> {
    const leased = performance.now();
    const running = this.#run(taken);
    this.#running.add(running);
    const result = await running;
    this.#running.delete(running);
    this.notify();
    const settlement = settlementOf(result, taken.attempt, this.#settings);
    for (let tries = 1; ; tries++) {
      const lost = performance.now() - leased > this.#settings.lease;
      // After the lease another worker may run it: its attempt must not be failed from here. "Handled" stays true.
      if (lost && settlement.state !== 'handled') return;
      try {
        const held = await this.#queue.settle(taken, settlement);
        if (held && settlement.state === 'retry') this.#wakeAfter(settlement.delayMs);
        if (held && settlement.state === 'dead') this.#settings.dead(taken, settlement);
        return;
      } catch (error) {
        this.#settings.report(error, 'settle');
        // Of no use any more, and the timer would keep the process from ending.
        if (this.#queue.closed) return;
        // While the database is away nobody else can take it, so holding on is what keeps it from running twice.
        if (this.#stopping.signal.aborted && performance.now() - leased > timeLimitOf(this.#settings.lease)) return;
        await sleep(Math.min(1_000, 20 * 2 ** Math.min(tries, 10)));
      }
    }
  }
}
