import { RETRY_HORIZON_MS } from '@videocloud/webhooks/protocol';
import type { Taken } from './engine.js';
import { InboxError, oneLine } from './errors.js';
import type { Settlement } from './policy.js';
import { eventOf } from './run-handlers.js';
import type { InboxDeadLetter } from './types.js';

/** The retry horizon, with 5 minutes for skew: a copy may come until then. */
const MIN_TTL_MS = RETRY_HORIZON_MS + 300_000;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
// A timer takes no more than 24 days, a lease of pg-boss a day, and PostgreSQL no interval without end.
const MAX_TTL_MS = 3_650 * DAY_MS;
const NAME = /^[a-z][a-z0-9_-]{0,39}$/;

/** What the inbox was doing when something went wrong in the background. */
export interface InboxErrorInfo {
  during: 'handle' | 'take' | 'settle' | 'maintenance' | 'connection';
}

/** The options of `openInbox`. All durations are milliseconds. */
export interface InboxOptions {
  /** The delivery key, SHA-256 of the raw body by default; null: do not deduplicate this one. */
  key?:
    | ((delivery: { rawBody: Uint8Array; secretIndex: number }) => string | null | Promise<string | null>)
    | undefined;
  /** How long a handled delivery is remembered and its bytes kept; default 24 hours, at least 6 960 000, at most ten years. */
  ttl?: number | undefined;
  /** How long a dead letter is kept; default 30 days, at least `ttl`, at most ten years. */
  deadLetterTtl?: number | undefined;
  /** How often a delivery is tried before it is a dead letter; default 14 in all, over 68 minutes to 2 h 17 min. */
  maxAttempts?: number | undefined;
  /**
   * The wait after the first failure, doubled with each further one; default 1 000, at most a day. The actual wait is
   * random, from a half to the whole of that.
   */
  retryDelay?: number | undefined;
  /**
   * How long one attempt may take; a worker that died loses its deliveries to another after as long; default 60 000, at
   * least 1 000, at most a day. `context.signal` aborts a quarter of it, 10 000 at most, before its end. A handler that still
   * runs when the lease ends is reported to `onError`, and tried again. Give more than the slowest handler takes.
   */
  lease?: number | undefined;
  /** How often an idle worker looks for deliveries accepted by another process (SQLite, PostgreSQL); default 250, at most an hour. */
  pollInterval?: number | undefined;
  /** How long an operation waits for another process's lock (SQLite); default 1 500. */
  busyTimeout?: number | undefined;
  /**
   * The PostgreSQL schema or Redis queue, so that inboxes can share a server; default `videocloud_inbox`. Traces and metrics
   * show it; a SQLite inbox without it is shown by the base name of its file.
   */
  name?: string | undefined;
  /** Whether to make the file or the tables where there are none; default true. With false, tools find a wrong URL or name. */
  create?: boolean | undefined;
  /**
   * An observer of what goes wrong in the background: a lost connection, a function that throws, a dead letter without
   * `onDead`. The inbox recovers without help. Default: `console.error`; `onError: () => {}` silences it.
   */
  onError?: ((error: unknown, info: InboxErrorInfo) => unknown) | undefined;
  /** An observer of each dead letter, called once it is stored. */
  onDead?: ((record: InboxDeadLetter) => unknown) | undefined;
  /**
   * The wall clock of the SQLite inbox, in milliseconds since the epoch, for the times in its records. Leases, waits and
   * retention follow a monotonic clock: setting the wall clock moves none of them.
   */
  now?: (() => number) | undefined;
}

/** Checked options, defaults filled in. */
export interface InboxSettings {
  readonly key: InboxOptions['key'];
  readonly ttl: number;
  readonly deadLetterTtl: number;
  readonly maxAttempts: number;
  readonly retryDelay: number;
  readonly lease: number;
  readonly pollInterval: number;
  readonly busyTimeout: number;
  readonly name: string;
  readonly create: boolean;
  readonly report: (error: unknown, during: InboxErrorInfo['during']) => void;
  /** Calls `onDead` for a delivery that is stored as a dead letter by now. */
  readonly dead: (taken: Taken, settlement: Settlement & { readonly state: 'dead' }) => void;
  readonly now: () => number;
}

const KNOWN = [
  'key',
  'ttl',
  'deadLetterTtl',
  'maxAttempts',
  'retryDelay',
  'lease',
  'pollInterval',
  'busyTimeout',
  'name',
  'create',
  'onError',
  'onDead',
  'now',
];

/** The options with defaults, or a TypeError that names the fix. */
export function settingsOf(options: InboxOptions): InboxSettings {
  if (typeof options !== 'object' || options === null)
    throw new TypeError('The options of openInbox must be an object');
  for (const name of Object.keys(options)) {
    if (!KNOWN.includes(name)) throw new TypeError(`openInbox has no option '${name}'; it has ${KNOWN.join(', ')}`);
  }
  const { key, maxAttempts = 14, name = 'videocloud_inbox', onError = logError, onDead, now = Date.now } = options;
  const ttl = milliseconds('ttl', options.ttl, DAY_MS, MIN_TTL_MS, MAX_TTL_MS);
  if (!Number.isInteger(maxAttempts) || maxAttempts < 1 || maxAttempts > 1_000) {
    throw new TypeError(`maxAttempts must be an integer from 1 to 1000, not ${String(maxAttempts)}`);
  }
  if (typeof name !== 'string' || !NAME.test(name)) {
    throw new TypeError(`name must match ${NAME.source}, for instance 'videocloud_inbox'`);
  }
  const { create = true } = options;
  if (typeof create !== 'boolean') throw new TypeError(`create must be true or false, not ${String(create)}`);
  functionOrNothing('key', key);
  functionOrNothing('onError', onError);
  functionOrNothing('onDead', onDead);
  functionOrNothing('now', now);
  if (!Number.isFinite(now())) throw new TypeError('now must return milliseconds since the epoch, as Date.now does');
  const report: InboxSettings['report'] = (error, during) => callHook(() => onError(error, { during }));
  return {
    key,
    ttl,
    deadLetterTtl: milliseconds('deadLetterTtl', options.deadLetterTtl, Math.max(30 * DAY_MS, ttl), ttl, MAX_TTL_MS),
    maxAttempts,
    retryDelay: milliseconds('retryDelay', options.retryDelay, 1_000, 1, DAY_MS),
    lease: milliseconds('lease', options.lease, 60_000, 1_000, DAY_MS),
    pollInterval: milliseconds('pollInterval', options.pollInterval, 250, 1, HOUR_MS),
    busyTimeout: milliseconds('busyTimeout', options.busyTimeout, 1_500, 1, HOUR_MS),
    name,
    create,
    report,
    dead: ({ key, event, body, secretIndex, attempt, acceptedAt }, { reason, error }) => {
      const attempts = Math.min(attempt, maxAttempts);
      if (onDead === undefined) {
        const text = oneLine(`Dead letter ${key} (${event ?? 'not an event'}) after ${attempts} attempts, ${reason}`);
        report(new InboxError('dead_lettered', `${text}: ${error}`), 'handle');
        return;
      }
      const record: InboxDeadLetter = {
        ...{ id: key, event: eventOf(body), rawBody: body, secretIndex },
        ...{ attempts, reason, error, acceptedAt, deadAt: now() },
      };
      callHook(
        () => onDead(record),
        (failure) => report(failure, 'handle'),
      );
    },
    now: () => Math.floor(now()),
  };
}

/** The number of handlers that run at a time. */
export function concurrencyOf(given: number | undefined): number {
  const concurrency = given ?? 8;
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > 10_000) {
    throw new TypeError(`concurrency must be an integer from 1 to 10000, not ${String(concurrency)}`);
  }
  return concurrency;
}

function milliseconds(name: string, given: number | undefined, fallback: number, least: number, most: number): number {
  const value = given ?? fallback;
  if (typeof value !== 'number' || !(value >= least && value <= most)) {
    throw new TypeError(`${name} must be at least ${least} milliseconds and at most ${most}, not ${String(value)}`);
  }
  return Math.ceil(value);
}

function functionOrNothing(name: string, given: unknown): void {
  if (given !== undefined && typeof given !== 'function') throw new TypeError(`${name} must be a function`);
}

function logError(error: unknown, { during }: InboxErrorInfo): void {
  console.error(`The webhook inbox, during '${during}':`, error);
}

/** Calls an observer: what it throws changes nothing for the delivery. */
function callHook(call: () => unknown, onFailure: (failure: unknown) => void = () => undefined): void {
  new Promise((resolve) => resolve(call())).catch(onFailure);
}
