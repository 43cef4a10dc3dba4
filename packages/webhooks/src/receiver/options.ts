import type { WebhookError } from '../errors.js';
import type { Issue } from '../events/envelope.js';
import type { WebhookEvent } from '../events/types.js';
import type { SecretSource } from '../signature/secrets.js';
import type { Context, Delivery } from './context.js';
import type { IdempotencyStore } from './idempotency.js';
import {
  clockOption,
  DAY_MS,
  duration,
  FIRST_RETRY_MS,
  FOREVER_MS,
  MIN_MEMORY_MS,
  maxAgeOption,
  SKEW_MS,
} from './times.js';

/** Why a signed delivery went to `onUnhandled`. */
export type UnhandledReason =
  | 'unknown_event'
  | 'payload_invalid'
  | 'no_handler'
  | 'envelope_invalid'
  | 'body_not_json'
  | 'body_not_utf8'
  | 'timestamp_too_old';

/** A signed delivery no handler was run for. */
export interface Unhandled {
  /** null when the body is not an event at all. */
  event: WebhookEvent | null;
  rawBody: Uint8Array;
  secretIndex: number;
  reason: UnhandledReason;
  /** Where the payload differs from the catalogue, with `payload_invalid`. */
  issues?: readonly Issue[] | undefined;
}

/** A delivery that is given up; keep it where a person will look. */
export interface DeadLetter {
  event: WebhookEvent | null;
  rawBody: Uint8Array;
  /** Its `cause` is what the handler threw in the last attempt, where that is known. */
  error: WebhookError;
  attempt: number;
}

/** A copy of an event that was handled before. */
export interface Duplicate {
  event: WebhookEvent | null;
  rawBody: Uint8Array;
  deliveryKey: string;
}

/** What an error reported to `onError` was about. */
export interface ErrorInfo {
  event: WebhookEvent | null;
  rawBody: Uint8Array | null;
  deliveryKey: string | null;
  attempt: number | null;
}

/** Deduplication with its times; give the bare store for the defaults. */
export interface IdempotencyOptions {
  store: IdempotencyStore;
  /** The deduplication key of a delivery, SHA-256 of the raw body by default; null: do not deduplicate this one. */
  key?: ((delivery: Delivery) => string | null | Promise<string | null>) | undefined;
  /** How long a handled event is remembered, in milliseconds; default 24 hours, at least 6 960 000. */
  ttl?: number | undefined;
  /** How long a claim is held, in milliseconds; default `handlerTimeout` + 20 000. Longer than `handlerTimeout`, below 60 000. */
  lease?: number | undefined;
}

/** A durable inbox, as `@videocloud/webhooks-inbox` opens one. */
export interface DeliveryInbox {
  accept(delivery: {
    event: WebhookEvent | null;
    rawBody: Uint8Array;
    secretIndex: number;
  }): Promise<{ duplicate: boolean }>;
}

/** What checking a delivery needs; the options of `verifyWebhook`. */
export interface VerifyOptions {
  /** The signing secret, several during a rotation, or a function that fetches them. */
  secrets: SecretSource;
  /** How long a store or secrets provider may take, in milliseconds; default 2 000. */
  storeTimeout?: number | undefined;
  /** How long the body may take to arrive, in milliseconds; default 10 000. */
  bodyTimeout?: number | undefined;
  /** The largest body, in bytes; default 1 MiB. */
  maxBodyBytes?: number | undefined;
  /** Refuse events older than this many milliseconds; off by default, at least 6 960 000 (see SECURITY.md). */
  maxAge?: number | undefined;
  /** The clock, in milliseconds since the epoch. */
  now?: (() => number) | undefined;
  /** An observer of everything that went wrong on our side; `error.cause` is what was thrown. */
  onError?: ((error: WebhookError, info: ErrorInfo) => unknown) | undefined;
}

/** The options of `createReceiver`. All durations are milliseconds. */
export interface ReceiverOptions extends VerifyOptions {
  /** Handle each event once: a store, or a store with its times. */
  idempotency?: IdempotencyStore | IdempotencyOptions | undefined;
  /** How long the handlers of one delivery may take; default 25 000. */
  handlerTimeout?: number | undefined;
  /** `'after'` (default): answer when the handlers are done. `'before'`: answer 200 at once; a crash then loses the event. */
  acknowledge?: 'after' | 'before' | undefined;
  /** After how many failed attempts an event is dead-lettered: 1 to 5, default 5 once `idempotency` and `onDeadLetter` are given. */
  maxAttempts?: number | undefined;
  /** Accept durably and answer; the handlers run in `inbox.process(receiver)`. */
  inbox?: DeliveryInbox | undefined;
  /** A handler for signed deliveries that no handler was run for. A throw is answered 500. */
  onUnhandled?: ((unhandled: Unhandled, context: Context) => unknown) | undefined;
  /** A handler for events that are given up. A throw is answered 500. */
  onDeadLetter?: ((deadLetter: DeadLetter, context: Context) => unknown) | undefined;
  /** An observer of copies of handled events. */
  onDuplicate?: ((duplicate: Duplicate) => unknown) | undefined;
}

/** Checked verification options, defaults filled in. */
export interface VerifySettings {
  readonly secrets: SecretSource;
  readonly storeTimeout: number;
  readonly bodyTimeout: number;
  readonly maxBodyBytes: number;
  readonly maxAge: number | undefined;
  readonly now: () => number;
  readonly onError: VerifyOptions['onError'];
}

/** Checked receiver options, defaults filled in. */
export interface Settings extends VerifySettings {
  readonly handlerTimeout: number;
  readonly idempotency:
    | { readonly store: IdempotencyStore; readonly key: IdempotencyOptions['key']; readonly ttl: number }
    | undefined;
  /** How long a run holds on to its delivery, with or without a store. */
  readonly lease: number;
  readonly acknowledge: 'after' | 'before';
  readonly maxAttempts: number | undefined;
  readonly inbox: DeliveryInbox | undefined;
  readonly onUnhandled: ReceiverOptions['onUnhandled'];
  readonly onDeadLetter: ReceiverOptions['onDeadLetter'];
  readonly onDuplicate: ReceiverOptions['onDuplicate'];
}

export function verifySettings(options: VerifyOptions): VerifySettings {
  if (typeof options !== 'object' || options === null)
    throw new TypeError('Options are missing: give at least { secrets }');
  const { maxBodyBytes = 1_048_576 } = options;
  if (typeof maxBodyBytes !== 'number' || !(maxBodyBytes >= 1)) {
    throw new TypeError(`maxBodyBytes must be a positive number of bytes, not ${String(maxBodyBytes)}`);
  }
  return {
    secrets: options.secrets,
    storeTimeout: duration('storeTimeout', options.storeTimeout, 2_000),
    bodyTimeout: duration('bodyTimeout', options.bodyTimeout, 10_000),
    maxBodyBytes,
    maxAge: maxAgeOption(options.maxAge),
    now: clockOption(options.now),
    onError: hook('onError', options.onError),
  };
}

/**
 * The options with defaults, or a TypeError that names what contradicts what.
 */
export function settingsOf(options: ReceiverOptions): Settings {
  const base = verifySettings(options);
  const handlerTimeout = duration('handlerTimeout', options.handlerTimeout, 25_000);
  const { acknowledge = 'after', inbox } = options;
  const onDeadLetter = hook('onDeadLetter', options.onDeadLetter);
  if (acknowledge !== 'after' && acknowledge !== 'before') {
    throw new TypeError(`acknowledge must be 'after' or 'before', not ${JSON.stringify(acknowledge)}`);
  }
  if (inbox !== undefined) refuseBesideInbox(options);
  const claims = claimSettings(options.idempotency, handlerTimeout, base.maxAge);
  if (onDeadLetter !== undefined && claims === undefined && acknowledge !== 'before') {
    throw new TypeError(
      "onDeadLetter needs idempotency, which counts the attempts, or acknowledge: 'before', where the first failure is the last",
    );
  }
  return {
    ...base,
    handlerTimeout,
    idempotency: claims,
    lease: claims?.lease ?? handlerTimeout + 20_000,
    acknowledge,
    maxAttempts: maxAttemptsOf(options, claims !== undefined, acknowledge),
    inbox,
    onUnhandled: hook('onUnhandled', options.onUnhandled),
    onDeadLetter,
    onDuplicate: hook('onDuplicate', options.onDuplicate),
  };
}

function refuseBesideInbox(options: ReceiverOptions): void {
  if (typeof options.inbox?.accept !== 'function') throw new TypeError('inbox must be an inbox from openInbox()');
  for (const name of ['idempotency', 'acknowledge', 'maxAttempts'] as const) {
    if (options[name] !== undefined) {
      throw new TypeError(
        `${name} cannot be combined with inbox: the inbox deduplicates, acknowledges and retries itself`,
      );
    }
  }
}

function claimSettings(given: ReceiverOptions['idempotency'], handlerTimeout: number, maxAge: number | undefined) {
  if (given === undefined) return undefined;
  const options: IdempotencyOptions = isStore(given) ? { store: given } : given;
  if (!isStore(options?.store)) {
    throw new TypeError(
      'idempotency must be a store with claim, complete and release, or { store, key?, ttl?, lease? }',
    );
  }
  if (options.key !== undefined && typeof options.key !== 'function') {
    throw new TypeError('idempotency.key must be a function of the delivery');
  }
  const { store, key, ttl = DAY_MS, lease = handlerTimeout + 20_000 } = options;
  if (!(typeof lease === 'number' && lease > handlerTimeout && lease < FIRST_RETRY_MS)) {
    throw new TypeError(
      `idempotency.lease must be longer than handlerTimeout (${handlerTimeout} ms) and shorter than ${FIRST_RETRY_MS} ms, ` +
        `when the first retry comes; it is ${String(lease)}: shorten handlerTimeout or give a lease between the two`,
    );
  }
  if (!(typeof ttl === 'number' && ttl >= MIN_MEMORY_MS && ttl <= Number.MAX_SAFE_INTEGER)) {
    throw new TypeError(`idempotency.ttl must be at least ${MIN_MEMORY_MS} ms, the retry horizon, not ${String(ttl)}`);
  }
  if (maxAge !== undefined && ttl < maxAge + SKEW_MS) {
    throw new TypeError(
      `idempotency.ttl (${ttl} ms) must be at least maxAge + ${SKEW_MS} ms (${maxAge + SKEW_MS}), or a replay could outlive the memory of it`,
    );
  }
  // A copy is admitted up to and including the instant at which a memory of exactly that length would be over.
  const atTheEdge = maxAge !== undefined && ttl === maxAge + SKEW_MS;
  return { store, key, ttl: Math.min(atTheEdge ? ttl + 1 : ttl, FOREVER_MS), lease };
}

function maxAttemptsOf(options: ReceiverOptions, hasStore: boolean, acknowledge: string): number | undefined {
  const { maxAttempts, onDeadLetter } = options;
  if (maxAttempts === undefined) return hasStore && onDeadLetter && acknowledge === 'after' ? 5 : undefined;
  if (!Number.isInteger(maxAttempts) || maxAttempts < 1 || maxAttempts > 5) {
    throw new TypeError(
      `maxAttempts must be an integer from 1 to 5 (the platform gives up after the 6th failure), not ${String(maxAttempts)}`,
    );
  }
  if (!hasStore || onDeadLetter === undefined) {
    throw new TypeError(
      'maxAttempts needs idempotency, which counts the attempts, and onDeadLetter, which takes what is given up',
    );
  }
  if (acknowledge === 'before') {
    throw new TypeError(
      "maxAttempts cannot be combined with acknowledge: 'before': the platform does not retry what was answered 200",
    );
  }
  return maxAttempts;
}

function hook<T>(name: string, given: T | undefined): T | undefined {
  if (given === undefined || typeof given === 'function') return given;
  throw new TypeError(`${name} must be a function, not ${given === null ? 'null' : typeof given}`);
}

function isStore(value: unknown): value is IdempotencyStore {
  const store = value as { claim?: unknown; complete?: unknown; release?: unknown } | null | undefined;
  return (
    typeof store?.claim === 'function' && typeof store.complete === 'function' && typeof store.release === 'function'
  );
}
