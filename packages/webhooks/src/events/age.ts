import { RETRY_HORIZON_MS } from '../protocol/retries.js';
import { parseTimestamp } from './timestamp.js';

/** How far two honest clocks may differ, in milliseconds. */
export const SKEW_MS = 300_000;

/** The shortest `maxAge` and `ttl`, in milliseconds: a legitimate retry may be that old. */
export const MIN_MEMORY_MS = RETRY_HORIZON_MS + SKEW_MS;

/**
 * The `maxAge` option, undefined when off.
 *
 * @throws TypeError below the retry horizon plus skew, which would reject legitimate retries
 */
export function maxAgeOption(maxAge: number | undefined): number | undefined {
  if (maxAge === undefined) return undefined;
  if (!Number.isFinite(maxAge) || maxAge < MIN_MEMORY_MS) {
    throw new TypeError(
      `maxAge must be at least ${MIN_MEMORY_MS} ms, not ${String(maxAge)}: ` +
        'a smaller one rejects legitimate retries',
    );
  }
  return maxAge;
}

/** The injected clock, `Date.now` when there is none. */
export function clockOption(now: (() => number) | undefined): () => number {
  if (now === undefined) return Date.now;
  if (typeof now !== 'function') throw new TypeError('now must be a function like Date.now');
  return now;
}

/** Judges the age of an event by its `timestamp`. Without a limit it is fine. */
export function judgeAge(
  timestamp: string,
  maxAge: number | undefined,
  now: () => number,
): 'fine' | 'timestamp_too_old' | 'timestamp_in_future' {
  if (maxAge === undefined) return 'fine';
  const age = now() - parseTimestamp(timestamp);
  // A clock that gives NaN is rejected: both tests are positive.
  if (!(age >= -SKEW_MS)) return 'timestamp_in_future';
  return age <= maxAge ? 'fine' : 'timestamp_too_old';
}
