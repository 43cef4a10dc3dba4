import { answersAtOnce, type Claim, type IdempotencyStore } from '../receiver/idempotency.js';
import { requireKey, wholeMs } from './arguments.js';
import { createCells, NEXT, NONE, QUEUE } from './cells.js';
import { createKeys, KEY_CELLS } from './keys.js';

/** The options of {@link memoryStore}. */
export interface MemoryStoreOptions {
  /** How many keys are remembered at most, done and claimed together; default 100 000 (about 20 MB once as many came). */
  maxEntries?: number | undefined;
  /** The clock, in milliseconds; the default is monotonic, so that a corrected system clock moves no lease. */
  now?: (() => number) | undefined;
}

/** The queue an entry is in tells its state. */
const DONE = 0;
/** Given back, or found past its lease when room was needed: only the attempt count matters. */
const IDLE = 1;
/** Live or past its lease. */
const HELD = 2;
/** Was dropped; its cells are for the next one. */
const FREE = 3;

// The cells of an entry, behind its place in a queue.
/** 0 when there is none. Kept when the lease ends, so that a handler that overran can still complete if nobody took over. */
const TOKEN = 3;
const ATTEMPT = 4;
const LEASE_UNTIL = 5;
const EXPIRES_AT = 6;
const KEY = 7;

/**
 * An idempotency store inside one process: for a single instance, tests and development. A restart forgets everything;
 * several instances need `redisStore` or `postgresStore`.
 *
 * It never holds more than `maxEntries` keys. Room is made by dropping what has expired, then the key that was done the
 * longest ago (a copy of it that comes later is handled again), then the attempt count that lay idle the longest; a live
 * claim is never dropped: when nothing else is left, `claim` rejects, which the receiver answers with 503. Every step
 * takes constant time, and no timer is used. Memory once taken is kept for the next entries.
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
  return createMemory(maxEntries, now);
}

function createMemory(maxEntries: number, now: () => number): IdempotencyStore {
  const cells = createCells(KEY + KEY_CELLS);
  const { get, set, firstOf, add, move } = cells;
  const { find, name, unname } = createKeys(cells, KEY, maxEntries);
  let size = 0;
  let tokens = 0;
  /** No lease among the held ends before this, so there is no use in looking for one. */
  let nextLapse = Number.POSITIVE_INFINITY;

  const drop = (entry: number) => {
    unname(entry);
    move(entry, FREE);
    size--;
  };

  /** The entry that can be spared best, or NONE. */
  const oldest = () => firstOf(DONE) || firstOf(IDLE);

  /** Looks through the claims only when one can have lapsed: each look moves at least one on, so the cost is spread. */
  const retireLapsed = (at: number) => {
    if (nextLapse > at) return;
    nextLapse = Number.POSITIVE_INFINITY;
    let next = firstOf(HELD);
    while (next !== NONE) {
      const entry = next;
      next = get(entry, NEXT);
      const leaseUntil = get(entry, LEASE_UNTIL);
      if (leaseUntil <= at) move(entry, IDLE);
      else if (leaseUntil < nextLapse) nextLapse = leaseUntil;
    }
  };

  const makeRoom = (at: number) => {
    // Up to three out for each one in: what a burst left behind is soon there to be used again, without a timer.
    for (const queue of [DONE, IDLE, HELD]) {
      const first = firstOf(queue);
      if (first !== NONE && get(first, EXPIRES_AT) <= at) drop(first);
    }
    if (size < maxEntries) return;
    if (oldest() === NONE) retireLapsed(at);
    if (oldest() === NONE) {
      throw new Error(
        `The memory store is full: all ${maxEntries} entries are claims being handled at this moment; raise maxEntries`,
      );
    }
    drop(oldest());
  };

  const newEntry = (key: string) => {
    let entry = firstOf(FREE);
    if (entry === NONE) entry = add(HELD);
    else move(entry, HELD);
    set(entry, ATTEMPT, 0);
    name(entry, key);
    size++;
    return entry;
  };

  const claim = (key: string, times: { leaseMs: number; ttlMs: number }): Claim => {
    requireKey(key);
    const leaseMs = wholeMs('leaseMs', times.leaseMs);
    const ttlMs = wholeMs('ttlMs', times.ttlMs);
    const at = now();
    let entry = find(key);
    if (entry !== NONE && get(entry, EXPIRES_AT) <= at) {
      drop(entry);
      entry = NONE;
    }
    if (entry === NONE) {
      makeRoom(at);
      entry = newEntry(key);
    } else {
      if (get(entry, QUEUE) === DONE) return { state: 'done' };
      const left = get(entry, LEASE_UNTIL) - at;
      if (get(entry, TOKEN) > 0 && left > 0) return { state: 'in_progress', retryAfterMs: Math.ceil(left) };
      move(entry, HELD);
    }
    const token = ++tokens;
    const attempt = get(entry, ATTEMPT) + 1;
    const leaseUntil = at + leaseMs;
    set(entry, TOKEN, token);
    set(entry, ATTEMPT, attempt);
    set(entry, LEASE_UNTIL, leaseUntil);
    set(entry, EXPIRES_AT, at + Math.max(leaseMs, ttlMs));
    if (leaseUntil < nextLapse) nextLapse = leaseUntil;
    return { state: 'claimed', token: String(token), attempt };
  };

  /** Ends the claim with this token, if it is the present one. */
  const settle = (key: string, token: string, to: number, ttlMs = 0): boolean => {
    const at = now();
    const entry = find(key);
    if (entry === NONE || !(get(entry, EXPIRES_AT) > at)) return false;
    const held = get(entry, TOKEN);
    if (held === 0 || String(held) !== token) return false;
    set(entry, TOKEN, 0);
    if (to === DONE) set(entry, EXPIRES_AT, at + ttlMs);
    move(entry, to);
    return true;
  };

  return {
    claim: answersAtOnce(claim),
    complete: answersAtOnce((key: string, token: string, ttlMs: number) =>
      settle(key, token, DONE, wholeMs('ttlMs', ttlMs)),
    ),
    release: answersAtOnce((key: string, token: string) => settle(key, token, IDLE)),
  };
}
