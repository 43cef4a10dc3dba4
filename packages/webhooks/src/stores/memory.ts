import type { Claim, IdempotencyStore } from '../receiver/idempotency.js';
import { requireKey, wholeMs } from './arguments.js';

/** The options of {@link memoryStore}. */
export interface MemoryStoreOptions {
  /** How many keys are remembered at most, done and claimed together; default 100 000 (about 30 MB). */
  maxEntries?: number | undefined;
  /** The clock, in milliseconds; the default is monotonic, so that a corrected system clock moves no lease. */
  now?: (() => number) | undefined;
}

/** A key that was claimed and is not done. */
interface Entry {
  /** null once given back. Kept when the lease ends, so that a handler that overran can still complete if nobody took over. */
  readonly token: string | null;
  readonly attempt: number;
  readonly leaseUntil: number;
  readonly expiresAt: number;
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
 * const receiver = createReceiver({ secrets: 'whsec', idempotency: memoryStore() });
 * ```
 */
export function memoryStore(options: MemoryStoreOptions = {}): IdempotencyStore {
  const { maxEntries = 100_000, now = () => performance.now() } = options;
  if (!Number.isInteger(maxEntries) || maxEntries < 1) {
    throw new TypeError(`maxEntries must be a positive integer, not ${String(maxEntries)}`);
  }
  if (typeof now !== 'function') throw new TypeError('now must be a function that returns milliseconds');
  return new MemoryStore(maxEntries, now);
}

class MemoryStore implements IdempotencyStore {
  readonly #maxEntries: number;
  readonly #now: () => number;
  /** Key to the end of its ttl, in the order they were done. */
  readonly #done = new Map<string, number>();
  /** Claims, live or past their lease, in the order they were made. */
  readonly #held = new Map<string, Entry>();
  /** Given back, or found past their lease when room was needed: only the attempt count still matters. */
  readonly #idle = new Map<string, Entry>();
  #tokens = 0;
  /** No lease in `#held` ends before this, so there is no use in looking for one. */
  #nextLapse = Number.POSITIVE_INFINITY;

  constructor(maxEntries: number, now: () => number) {
    this.#maxEntries = maxEntries;
    this.#now = now;
  }

  async claim(key: string, times: { leaseMs: number; ttlMs: number }): Promise<Claim> {
    requireKey(key);
    const leaseMs = wholeMs('leaseMs', times.leaseMs);
    const ttlMs = wholeMs('ttlMs', times.ttlMs);
    const now = this.#now();
    const doneUntil = this.#done.get(key);
    if (doneUntil !== undefined && doneUntil > now) return { state: 'done' };
    const previous = this.#held.get(key) ?? this.#idle.get(key);
    if (previous !== undefined && previous.token !== null && previous.leaseUntil > now) {
      return { state: 'in_progress', retryAfterMs: Math.ceil(previous.leaseUntil - now) };
    }
    this.#done.delete(key);
    this.#held.delete(key);
    this.#idle.delete(key);
    this.#makeRoom(now);
    const entry: Entry = {
      token: String(++this.#tokens),
      attempt: previous !== undefined && previous.expiresAt > now ? previous.attempt + 1 : 1,
      leaseUntil: now + leaseMs,
      expiresAt: now + Math.max(leaseMs, ttlMs),
    };
    this.#held.set(key, entry);
    this.#nextLapse = Math.min(this.#nextLapse, entry.leaseUntil);
    return { state: 'claimed', token: entry.token as string, attempt: entry.attempt };
  }

  async complete(key: string, token: string, ttlMs: number): Promise<boolean> {
    const ttl = wholeMs('ttlMs', ttlMs);
    const now = this.#now();
    if (this.#owned(key, token, now) === undefined) return false;
    this.#held.delete(key);
    this.#idle.delete(key);
    this.#done.set(key, now + ttl);
    return true;
  }

  async release(key: string, token: string): Promise<boolean> {
    const entry = this.#owned(key, token, this.#now());
    if (entry === undefined) return false;
    this.#held.delete(key);
    this.#idle.delete(key);
    this.#idle.set(key, { ...entry, token: null });
    return true;
  }

  #owned(key: string, token: string, now: number): Entry | undefined {
    const entry = this.#held.get(key) ?? this.#idle.get(key);
    return entry !== undefined && entry.token === token && entry.expiresAt > now ? entry : undefined;
  }

  #makeRoom(now: number): void {
    // Two out for each one in: memory falls again after a burst, without a timer.
    for (let count = 0; count < 2; count++) this.#dropExpired(now);
    if (this.#done.size + this.#held.size + this.#idle.size < this.#maxEntries) return;
    if (this.#done.size === 0 && this.#idle.size === 0) this.#retireLapsed(now);
    const oldest = this.#done.size > 0 ? this.#done : this.#idle;
    const { value: key, done: empty } = oldest.keys().next();
    if (empty) {
      throw new Error(
        `The memory store is full: all ${this.#maxEntries} entries are claims being handled at this moment; raise maxEntries`,
      );
    }
    oldest.delete(key);
  }

  #dropExpired(now: number): void {
    for (const [key, doneUntil] of this.#done) {
      if (doneUntil <= now) this.#done.delete(key);
      break;
    }
    for (const [key, entry] of this.#idle) {
      if (entry.expiresAt <= now) this.#idle.delete(key);
      break;
    }
    for (const [key, entry] of this.#held) {
      if (entry.expiresAt <= now) this.#held.delete(key);
      break;
    }
  }

  /** Looks through the claims only when one can have lapsed: each look moves at least one on, so the cost is spread. */
  #retireLapsed(now: number): void {
    if (this.#nextLapse > now) return;
    this.#nextLapse = Number.POSITIVE_INFINITY;
    for (const [key, entry] of this.#held) {
      if (entry.leaseUntil > now) {
        this.#nextLapse = Math.min(this.#nextLapse, entry.leaseUntil);
      } else {
        this.#held.delete(key);
        this.#idle.set(key, entry);
      }
    }
  }
}
