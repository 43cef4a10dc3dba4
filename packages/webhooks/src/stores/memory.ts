import { answersAtOnce, type Claim, type IdempotencyStore } from '../receiver/idempotency.js';
import { requireKey, wholeMs } from './arguments.js';
import { type Linked, LinkedList } from './linked-list.js';

/** The options of {@link memoryStore}. */
export interface MemoryStoreOptions {
  /** How many keys are remembered at most, done and claimed together; default 100 000 (about 30 MB). */
  maxEntries?: number | undefined;
  /** The clock, in milliseconds; the default is monotonic, so that a corrected system clock moves no lease. */
  now?: (() => number) | undefined;
}

interface Entry extends Linked<Entry> {
  readonly key: string;
  /** The queue it is in tells its state: done; held, live or past its lease; idle, where only the attempt count matters. */
  queue: LinkedList<Entry>;
  /** Kept when the lease ends, so that a handler that overran can still complete if nobody took over. */
  token: string | undefined;
  attempt: number;
  leaseUntil: number;
  expiresAt: number;
}

/**
 * An idempotency store inside one process: for a single instance, tests and development. A restart forgets everything;
 * several instances need `redisStore` or `postgresStore`.
 *
 * It never holds more than `maxEntries` keys. Room is made by dropping what has expired, then the key that was done the
 * longest ago (a copy of it that comes later is handled again), then the attempt count that lay idle the longest; a live
 * claim is never dropped: when nothing else is left, `claim` rejects, which the receiver answers with 503. Every step
 * takes constant time, and no timer is used.
 *
 * @throws TypeError when `maxEntries` is not a positive integer or `now` is not a function
 * @example
 * ```ts
 * import { createReceiver, memoryStore } from '@videocloud/webhooks';
 *
 * const receiver = createReceiver({ secrets: 'whk-secret', idempotency: memoryStore() });
 * ```
 */
export function memoryStore(options: MemoryStoreOptions = {}): IdempotencyStore {
  const { maxEntries = 100_000, now = () => Math.floor(performance.now()) } = options;
  if (!Number.isInteger(maxEntries) || maxEntries < 1) {
    throw new TypeError(`maxEntries must be a positive integer, not ${String(maxEntries)}`);
  }
  if (typeof now !== 'function') throw new TypeError('now must be a function that returns milliseconds');
  const memory = new Memory(maxEntries, now);
  return {
    claim: answersAtOnce(memory.claim.bind(memory)),
    complete: answersAtOnce(memory.complete.bind(memory)),
    release: answersAtOnce(memory.release.bind(memory)),
  };
}

class Memory {
  readonly #maxEntries: number;
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry>();
  /** In the order they were done. */
  readonly #done = new LinkedList<Entry>();
  /** In the order they were claimed. */
  readonly #held = new LinkedList<Entry>();
  /** Given back, or found past their lease when room was needed. */
  readonly #idle = new LinkedList<Entry>();
  #tokens = 0;
  /** No lease in `#held` ends before this, so there is no use in looking for one. */
  #nextLapse = Number.POSITIVE_INFINITY;

  constructor(maxEntries: number, now: () => number) {
    this.#maxEntries = maxEntries;
    this.#now = now;
  }

  claim(key: string, times: { leaseMs: number; ttlMs: number }): Claim {
    requireKey(key);
    const leaseMs = wholeMs('leaseMs', times.leaseMs);
    const ttlMs = wholeMs('ttlMs', times.ttlMs);
    const now = this.#now();
    let entry = this.#entries.get(key);
    if (entry !== undefined && entry.expiresAt <= now) {
      this.#drop(entry);
      entry = undefined;
    }
    if (entry?.queue === this.#done) return { state: 'done' };
    if (entry?.token !== undefined && entry.leaseUntil > now) {
      return { state: 'in_progress', retryAfterMs: Math.ceil(entry.leaseUntil - now) };
    }
    if (entry === undefined) {
      this.#makeRoom(now);
      entry = this.#newEntry(key);
    } else {
      this.#move(entry, this.#held);
    }
    const token = String(++this.#tokens);
    entry.token = token;
    entry.attempt++;
    entry.leaseUntil = now + leaseMs;
    entry.expiresAt = now + Math.max(leaseMs, ttlMs);
    if (entry.leaseUntil < this.#nextLapse) this.#nextLapse = entry.leaseUntil;
    return { state: 'claimed', token, attempt: entry.attempt };
  }

  complete(key: string, token: string, ttlMs: number): boolean {
    const ttl = wholeMs('ttlMs', ttlMs);
    const now = this.#now();
    const entry = this.#owned(key, token, now);
    if (entry === undefined) return false;
    entry.token = undefined;
    entry.expiresAt = now + ttl;
    this.#move(entry, this.#done);
    return true;
  }

  release(key: string, token: string): boolean {
    const entry = this.#owned(key, token, this.#now());
    if (entry === undefined) return false;
    entry.token = undefined;
    this.#move(entry, this.#idle);
    return true;
  }

  #owned(key: string, token: string, now: number): Entry | undefined {
    const entry = this.#entries.get(key);
    return entry?.token !== undefined && entry.token === token && entry.expiresAt > now ? entry : undefined;
  }

  #newEntry(key: string): Entry {
    const entry: Entry = {
      key,
      queue: this.#held,
      token: undefined,
      attempt: 0,
      leaseUntil: 0,
      expiresAt: 0,
      previous: undefined,
      next: undefined,
    };
    this.#entries.set(key, entry);
    this.#held.add(entry);
    return entry;
  }

  #move(entry: Entry, to: LinkedList<Entry>): void {
    entry.queue.remove(entry);
    entry.queue = to;
    to.add(entry);
  }

  #drop(entry: Entry): void {
    entry.queue.remove(entry);
    this.#entries.delete(entry.key);
  }

  #makeRoom(now: number): void {
    // Up to three out for each one in: memory falls again after a burst, without a timer.
    for (const { first } of [this.#done, this.#idle, this.#held]) {
      if (first !== undefined && first.expiresAt <= now) this.#drop(first);
    }
    if (this.#entries.size < this.#maxEntries) return;
    if (this.#done.first === undefined && this.#idle.first === undefined) this.#retireLapsed(now);
    const oldest = this.#done.first ?? this.#idle.first;
    if (oldest === undefined) {
      throw new Error(
        `The memory store is full: all ${this.#maxEntries} entries are claims being handled at this moment; raise maxEntries`,
      );
    }
    this.#drop(oldest);
  }

  /** Looks through the claims only when one can have lapsed: each look moves at least one on, so the cost is spread. */
  #retireLapsed(now: number): void {
    if (this.#nextLapse > now) return;
    this.#nextLapse = Number.POSITIVE_INFINITY;
    let next = this.#held.first;
    while (next !== undefined) {
      const entry = next;
      next = entry.next;
      if (entry.leaseUntil <= now) this.#move(entry, this.#idle);
      else if (entry.leaseUntil < this.#nextLapse) this.#nextLapse = entry.leaseUntil;
    }
  }
}
