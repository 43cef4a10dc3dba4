import { functionOption, numberOption } from '../option-values.js';
import { RETRY_HORIZON_MS } from '../protocol/retries.js';
import { parseTimestamp } from './timestamp.js';

/** How far two honest clocks may differ, in milliseconds. */
export const SKEW_MS = 300_000;

/** The shortest `maxAge` and `ttl`, in milliseconds: a legitimate retry may be that old. */
const MIN_MEMORY_MS = RETRY_HORIZON_MS + SKEW_MS;

/**
 * A time in milliseconds that no legitimate retry may exceed: `maxAge` and `ttl`.
 *
 * @throws TypeError below the retry horizon plus skew
 */
export function memoryOption(name: string, given: unknown): number {
  const limits = `at least ${MIN_MEMORY_MS} ms, the retry horizon`;
  return numberOption(name, given, limits, MIN_MEMORY_MS);
}

/** The `maxAge` option, undefined when off. Throws as {@link memoryOption}. */
export function maxAgeOption(maxAge: number | undefined): number | undefined {
  return maxAge === undefined ? undefined : memoryOption('maxAge', maxAge);
}

/** The injected clock, `Date.now` when there is none. */
export function clockOption(now: (() => number) | undefined): () => number {
  return functionOption('now', now) ?? Date.now;
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
