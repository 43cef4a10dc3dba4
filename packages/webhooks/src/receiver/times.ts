import { RETRY_HORIZON_MS } from '../protocol/retries.js';

/** How far two honest clocks may differ, in milliseconds. */
export const SKEW_MS = 300_000;

/** The shortest `maxAge` and `ttl`, in milliseconds: a legitimate retry may be that old. */
export const MIN_MEMORY_MS = RETRY_HORIZON_MS + SKEW_MS;

/** The first retry comes a minute after a failure: no claim may outlive that. */
export const FIRST_RETRY_MS = 60_000;

export const DAY_MS = 86_400_000;
/** Seventy thousand years: what a store's clock can still add to itself. */
export const FOREVER_MS = 2 ** 51;

const MAX_TIMER_MS = 2_147_483_647;

/**
 * A duration option in milliseconds.
 *
 * @throws TypeError when it is not a number of milliseconds a timer can take, or so small that seconds were meant
 */
export function duration(name: string, value: number | undefined, fallback: number): number {
  if (value === undefined) return fallback;
  if (typeof value !== 'number' || !(value <= MAX_TIMER_MS)) {
    throw new TypeError(`${name} must be a number of milliseconds up to ${MAX_TIMER_MS}, not ${String(value)}`);
  }
  if (!(value >= 1_000)) {
    throw new TypeError(`${name} is in milliseconds and must be at least 1000: ${value} looks like seconds`);
  }
  return value;
}

/**
 * The `maxAge` option, undefined when off.
 *
 * @throws TypeError below the retry horizon plus skew, which would refuse the platform's own honest retries
 */
export function maxAgeOption(maxAge: number | undefined): number | undefined {
  if (maxAge === undefined) return undefined;
  if (typeof maxAge !== 'number' || !(maxAge >= MIN_MEMORY_MS) || maxAge === Number.POSITIVE_INFINITY) {
    throw new TypeError(
      `maxAge must be at least ${MIN_MEMORY_MS} ms (the 111-minute retry schedule and 300 s of skew), not ${String(maxAge)}: ` +
        'a smaller one refuses legitimate retries',
    );
  }
  return maxAge;
}

/** The injected clock, `Date.now` when there is none. */
export function clockOption(now: (() => number) | undefined): () => number {
  if (now === undefined) return Date.now;
  if (typeof now !== 'function')
    throw new TypeError('now must be a function that returns milliseconds since the epoch');
  return now;
}

/** Judges the age of an event. Without a limit it is fine. */
export function judgeAge(
  instant: number,
  maxAge: number | undefined,
  now: () => number,
): 'fine' | 'timestamp_too_old' | 'timestamp_in_future' {
  if (maxAge === undefined) return 'fine';
  const age = now() - instant;
  // A clock that gives NaN is rejected: both tests are positive.
  if (!(age >= -SKEW_MS)) return 'timestamp_in_future';
  return age <= maxAge ? 'fine' : 'timestamp_too_old';
}
