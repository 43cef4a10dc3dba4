import { Queue, type Queued } from '../linked-queue.js';
import { requireKnownOptions } from '../unknown-options.js';
import { storedKey, wholeMs } from './arguments.js';
import type { Claim, IdempotencyStore } from './idempotency-store.js';

/** The options of {@link memoryStore}. */
export interface MemoryStoreOptions {
  /** How many keys are remembered at most, done and claimed together; default 100 000 (about 26 MB when full). */
  maxEntries?: number | undefined;
  /** The clock, in milliseconds; the default is monotonic, so that a corrected system clock moves no lease. */
  now?: (() => number) | undefined;
}

/**
 * An idempotency store inside one process: for a single instance, tests and development. A restart forgets everything;
 * several instances need `redisStore` or `postgresStore`.
 *
 * It never holds more than `maxEntries` keys, and long keys only as their SHA-256. It makes room by dropping, in this
 * order: what has expired, the key that was done the longest ago (a later copy of it is handled again), the attempt count
 * that was idle the longest. It never drops a live claim: when nothing else is left, `claim` rejects, and the receiver
 * answers 503. It uses no timer.
 *
 * @throws TypeError when `maxEntries` is not a positive integer, `now` is not a function, or an option does not exist
 * @example
 * ```ts
 * import { createReceiver, memoryStore } from '@videocloud/webhooks';
 *
 * const receiver = createReceiver({ secrets: 'whk-secret', idempotency: memoryStore() });
 * ```
 */
export function memoryStore(options: MemoryStoreOptions = {}): IdempotencyStore {
  requireKnownOptions('memoryStore', options, ['maxEntries', 'now']);
  const { maxEntries = 100_000, now = () => Math.floor(performance.now()) } = options;
  if (!Number.isInteger(maxEntries) || maxEntries < 1) {
    throw new TypeError(`maxEntries must be a positive integer, not ${String(maxEntries)}`);
  }
  if (typeof now !== 'function') throw new TypeError('now must be a function that returns milliseconds');
  const store = new MemoryStore(maxEntries, checkedClock(now));
  // Bound, so that a store behind a Proxy, a spy or a spread works too.
  return {
    claim: (key, times) => store.claim(key, times),
    complete: (key, token, ttlMs) => store.complete(key, token, ttlMs),
    release: (key, token) => store.release(key, token),
  };
}

/** A clock whose answers can be compared. By NaN or a Date every lease is over, and every copy would be granted. */
function checkedClock(now: () => number): () => number {
  return () => {
    const at: unknown = now();
    if (typeof at === 'number' && Number.isFinite(at)) return at;
    throw new TypeError(`now() must return milliseconds as a number, not ${String(at)}`);
  };
}

/** `idle`: released, or found past its lease when room was needed; only its attempt count matters. */
type State = 'done' | 'idle' | 'held';

interface MemoryEntry extends Queued<MemoryEntry> {
  readonly id: string;
  state: State;
  /** Kept when the lease ends, so that a handler that overran it can still complete if nobody took over. */
  token: string | undefined;
  attempt: number;
  leaseUntil: number;
  expiresAt: number;
  /** How long earlier claims asked to remember the key; nothing shortens it. */
  promisedUntil: number;
}

class MemoryStore implements IdempotencyStore {
  readonly #entries = new Map<string, MemoryEntry>();
  readonly #queues = { done: new Queue<MemoryEntry>(), idle: new Queue<MemoryEntry>(), held: new Queue<MemoryEntry>() };
  readonly #maxEntries: number;
  readonly #now: () => number;
  #tokens = 0;
  /** No held entry's lease ends before this; until then there is none to look for. */
  #nextLapse = Number.POSITIVE_INFINITY;

  constructor(maxEntries: number, now: () => number) {
    this.#maxEntries = maxEntries;
    this.#now = now;
  }

  async claim(key: string, times: { leaseMs: number; ttlMs: number }): Promise<Claim> {
    const leaseMs = wholeMs('leaseMs', times.leaseMs);
    const ttlMs = wholeMs('ttlMs', times.ttlMs);
    const id = await idOf(key);
    const at = this.#now();
    let entry = this.#find(id, at);
    if (entry?.state === 'done') return { state: 'done' };
    if (entry?.token !== undefined && entry.leaseUntil > at) {
      return { state: 'in_progress', retryAfterMs: Math.ceil(entry.leaseUntil - at) };
    }
    if (entry === undefined) {
      this.#makeRoom(at);
      entry = this.#add(id, at);
    } else {
      this.#move(entry, 'held');
      entry.promisedUntil = entry.expiresAt;
    }
    entry.attempt++;
    entry.token = String(++this.#tokens);
    entry.leaseUntil = at + leaseMs;
    entry.expiresAt = Math.max(entry.promisedUntil, at + Math.max(leaseMs, ttlMs));
    this.#nextLapse = Math.min(this.#nextLapse, entry.leaseUntil);
    return { state: 'claimed', token: entry.token, attempt: entry.attempt };
  }

  async complete(key: string, token: string, ttlMs: number): Promise<boolean> {
    const ttl = wholeMs('ttlMs', ttlMs);
    const id = await idOf(key);
    const at = this.#now();
    const entry = this.#settle(id, token, at, 'done');
    if (entry === undefined) return false;
    entry.expiresAt = Math.max(entry.promisedUntil, at + ttl);
    return true;
  }

  async release(key: string, token: string): Promise<boolean> {
    return this.#settle(await idOf(key), token, this.#now(), 'idle') !== undefined;
  }

  /** Ends the claim with this token, if it is the present one. */
  #settle(id: string, token: string, at: number, to: State): MemoryEntry | undefined {
    const entry = this.#find(id, at);
    if (entry?.token === undefined || entry.token !== token) return undefined;
    entry.token = undefined;
    this.#move(entry, to);
    return entry;
  }

  #find(id: string, at: number): MemoryEntry | undefined {
    const entry = this.#entries.get(id);
    if (entry === undefined || entry.expiresAt > at) return entry;
    this.#drop(entry);
    return undefined;
  }

  #add(id: string, at: number): MemoryEntry {
    const entry: MemoryEntry = {
      id,
      state: 'held',
      token: undefined,
      attempt: 0,
      leaseUntil: at,
      expiresAt: at,
      promisedUntil: at,
      previous: undefined,
      next: undefined,
    };
    this.#entries.set(id, entry);
    this.#queues.held.add(entry);
    return entry;
  }

  #move(entry: MemoryEntry, to: State): void {
    this.#queues[entry.state].remove(entry);
    entry.state = to;
    this.#queues[to].add(entry);
  }

  #drop(entry: MemoryEntry): void {
    this.#queues[entry.state].remove(entry);
    this.#entries.delete(entry.id);
  }

  #makeRoom(at: number): void {
    // Up to three out for each one in, so that what a burst left behind is gone soon without a timer.
    for (const { first } of Object.values(this.#queues)) {
      if (first !== undefined && first.expiresAt <= at) this.#drop(first);
    }
    if (this.#entries.size < this.#maxEntries) return;
    const oldest = () => this.#queues.done.first ?? this.#queues.idle.first;
    if (oldest() === undefined) this.#retireLapsed(at);
    const dropped = oldest();
    if (dropped === undefined) {
      throw new Error(
        `The memory store is full: all ${this.#maxEntries} entries are claims being handled at this moment; raise maxEntries`,
      );
    }
    this.#drop(dropped);
  }

  /** Makes lapsed claims idle. It looks through the claims only when one can have lapsed. */
  #retireLapsed(at: number): void {
    if (this.#nextLapse > at) return;
    this.#nextLapse = Number.POSITIVE_INFINITY;
    let next = this.#queues.held.first;
    while (next !== undefined) {
      const entry = next;
      next = entry.next;
      if (entry.leaseUntil <= at) this.#move(entry, 'idle');
      else this.#nextLapse = Math.min(this.#nextLapse, entry.leaseUntil);
    }
  }
}

/**
 * The key of an entry. The quotes keep numerals from being hashed by their value, which would let a sender choose keys
 * that share a bucket; and the text is a copy, so that a key cut from a body does not keep the whole body in memory.
 */
async function idOf(key: string): Promise<string> {
  return JSON.stringify(await storedKey(key));
}
