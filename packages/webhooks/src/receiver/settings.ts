import { clockOption, maxAgeOption, memoryOption, SKEW_MS } from '../events/age.js';
import { functionOption, numberOption } from '../option-values.js';
import { FIRST_RETRY_MS } from '../protocol/retries.js';
import type { IdempotencyStore } from '../stores/idempotency-store.js';
import { requireKnownOptions, requireObject } from '../unknown-options.js';
import { logError } from './hooks.js';
import type { DeliveryInbox, IdempotencyOptions, ReceiverOptions, StoreSource, VerifyOptions } from './options.js';
import { duration } from './timeouts.js';

const DAY_MS = 86_400_000;
/** Seventy thousand years: what a store's clock can still add to itself. */
const FOREVER_MS = 2_251_799_813_685_248;

/** Checked verification options, defaults filled in. */
export interface VerifySettings {
  readonly secrets: VerifyOptions['secrets'];
  readonly storeTimeout: number;
  readonly bodyTimeout: number;
  readonly maxBodyBytes: number;
  readonly maxAge: number | undefined;
  readonly now: () => number;
  readonly onError: NonNullable<VerifyOptions['onError']>;
  readonly onOutcome: VerifyOptions['onOutcome'];
  readonly explain: VerifyOptions['explain'];
}

/** Checked receiver options, defaults filled in. */
export interface Settings extends VerifySettings {
  readonly handlerTimeout: number;
  /** `handlerTimeout` where the user gave one: the default is made for HTTP answers and does not end a dispatch with a lease. */
  readonly givenHandlerTimeout: number | undefined;
  readonly idempotency: IdempotencySettings | undefined;
  /** How long a run holds on to its delivery, with or without a store. */
  readonly lease: number;
  readonly acknowledge: 'after' | 'before';
  readonly maxAttempts: number | undefined;
  readonly validation: 'strict' | 'report';
  readonly inbox: ReceiverOptions['inbox'];
  readonly onUnhandled: ReceiverOptions['onUnhandled'];
  readonly onDeadLetter: ReceiverOptions['onDeadLetter'];
  readonly onDuplicate: ReceiverOptions['onDuplicate'];
}

export interface IdempotencySettings {
  readonly store: StoreSource;
  readonly key: IdempotencyOptions['key'];
  readonly ttl: number;
}

const HANDLING_OPTIONS = [
  'idempotency',
  'handlerTimeout',
  'acknowledge',
  'maxAttempts',
  'validation',
  'inbox',
  'onUnhandled',
  'onDeadLetter',
  'onDuplicate',
];

/**
 * The options of `verifyWebhook`, which `createReceiver` has too, checked, with defaults.
 *
 * @param where the function that the user called, for error messages
 * @param extra further options that the function has, for example `env`
 * @throws TypeError for an unknown or impossible option
 */
export function resolveVerifySettings(where: string, options: VerifyOptions, extra: readonly string[]): VerifySettings {
  requireObject(where, options);
  const { maxBodyBytes = 1_048_576 } = options;
  const settings = {
    secrets: options.secrets,
    storeTimeout: duration('storeTimeout', 2_000, options.storeTimeout),
    bodyTimeout: duration('bodyTimeout', 10_000, options.bodyTimeout),
    maxBodyBytes: numberOption('maxBodyBytes', maxBodyBytes, 'a positive number of bytes', 1),
    maxAge: maxAgeOption(options.maxAge),
    now: clockOption(options.now),
    onError: functionOption('onError', options.onError) ?? logError,
    onOutcome: functionOption('onOutcome', options.onOutcome),
    explain: functionOption('explain', options.explain),
  };
  // Each setting above is the option of its name.
  requireKnownOptions(where, options, [...Object.keys(settings), ...extra]);
  return settings;
}

/**
 * The options of `createReceiver`, checked, with defaults.
 *
 * @throws TypeError for an unknown or impossible option, and for options that contradict each other
 */
export function resolveSettings(options: ReceiverOptions): Settings {
  const base = resolveVerifySettings('createReceiver', options, HANDLING_OPTIONS);
  const handlerTimeout = duration('handlerTimeout', 25_000, options.handlerTimeout);
  const acknowledge = oneOf('acknowledge', options.acknowledge, ['after', 'before']);
  const onDeadLetter = functionOption('onDeadLetter', options.onDeadLetter);
  if (options.inbox !== undefined) requireInboxAlone(options);
  const claims = idempotencySettings(options.idempotency, handlerTimeout, base.maxAge);
  if (onDeadLetter !== undefined && claims === undefined && acknowledge !== 'before') {
    throw new TypeError(
      "onDeadLetter needs idempotency, which counts the attempts, or acknowledge: 'before', where the first failure is the last",
    );
  }
  return {
    ...base,
    handlerTimeout,
    givenHandlerTimeout: options.handlerTimeout,
    idempotency: claims,
    lease: claims?.lease ?? handlerTimeout + 20_000,
    acknowledge,
    maxAttempts: maxAttemptsOption(options, claims !== undefined, acknowledge),
    validation: oneOf('validation', options.validation, ['strict', 'report']),
    inbox: options.inbox,
    onUnhandled: functionOption('onUnhandled', options.onUnhandled),
    onDeadLetter,
    onDuplicate: functionOption('onDuplicate', options.onDuplicate),
  };
}

function requireInboxAlone(options: ReceiverOptions): void {
  if (typeof options.inbox !== 'function' && !isInbox(options.inbox)) {
    throw new TypeError('inbox must be an inbox from openInbox(), or a function of { env } that returns one');
  }
  for (const name of ['idempotency', 'acknowledge', 'maxAttempts', 'onDeadLetter'] as const) {
    if (options[name] !== undefined) {
      throw new TypeError(
        `${name} cannot be combined with inbox, which does that itself: see onDead and deadLetters() of openInbox()`,
      );
    }
  }
}

export function isInbox(value: unknown): value is DeliveryInbox {
  return typeof (value as Partial<DeliveryInbox> | null | undefined)?.accept === 'function';
}

function idempotencySettings(
  given: ReceiverOptions['idempotency'],
  handlerTimeout: number,
  maxAge: number | undefined,
): (IdempotencySettings & { readonly lease: number }) | undefined {
  if (given === undefined) return undefined;
  const alone = isStoreSource(given);
  const options: IdempotencyOptions = alone ? { store: given } : given;
  if (!isStoreSource(options?.store)) {
    throw new TypeError(
      'idempotency must be a store with claim, complete and release, or { store, key?, ttl?, lease? }',
    );
  }
  if (!alone) requireKnownOptions('idempotency', options, ['store', 'key', 'ttl', 'lease']);
  const { store, ttl: givenTtl = DAY_MS, lease = handlerTimeout + 20_000 } = options;
  if (!(typeof lease === 'number' && lease > handlerTimeout && lease < FIRST_RETRY_MS)) {
    throw new TypeError(
      `idempotency.lease must be longer than handlerTimeout (${handlerTimeout} ms) and shorter than ${FIRST_RETRY_MS} ms, ` +
        `when the first retry comes; it is ${String(lease)}: shorten handlerTimeout or give a lease`,
    );
  }
  const key = functionOption('idempotency.key', options.key);
  const ttl = memoryOption('idempotency.ttl', givenTtl);
  if (maxAge !== undefined && ttl < maxAge + SKEW_MS) {
    throw new TypeError(
      `idempotency.ttl (${ttl} ms) must be at least maxAge + ${SKEW_MS} ms (${maxAge + SKEW_MS}), or a replay could run again`,
    );
  }
  // A copy is accepted up to and including the instant at which a memory of exactly that length would end.
  const atTheEdge = maxAge !== undefined && ttl === maxAge + SKEW_MS;
  return { store, key, ttl: Math.min(atTheEdge ? ttl + 1 : ttl, FOREVER_MS), lease };
}

function maxAttemptsOption(options: ReceiverOptions, hasStore: boolean, acknowledge: string): number | undefined {
  const { maxAttempts, onDeadLetter } = options;
  if (maxAttempts === undefined) return hasStore && onDeadLetter && acknowledge === 'after' ? 5 : undefined;
  if (!Number.isInteger(maxAttempts) || maxAttempts < 1 || maxAttempts > 5) {
    throw new TypeError(
      `maxAttempts must be an integer from 1 to 5 (the platform stops after the 6th failure), not ${String(maxAttempts)}`,
    );
  }
  if (!hasStore || onDeadLetter === undefined) {
    throw new TypeError('maxAttempts needs idempotency, which counts the attempts, and onDeadLetter');
  }
  if (acknowledge === 'before') {
    throw new TypeError(
      "maxAttempts cannot be combined with acknowledge: 'before', where the first failure is the last",
    );
  }
  return maxAttempts;
}

function oneOf<T extends string>(name: string, given: T | undefined, [fallback, other]: readonly [T, T]): T {
  if (given === undefined) return fallback;
  if (given === fallback || given === other) return given;
  throw new TypeError(`${name} must be '${fallback}' or '${other}', not ${JSON.stringify(given)}`);
}

function isStoreSource(value: unknown): value is StoreSource {
  return typeof value === 'function' || isStore(value);
}

export function isStore(value: unknown): value is IdempotencyStore {
  const store = value as { claim?: unknown; complete?: unknown; release?: unknown } | null | undefined;
  return (
    typeof store?.claim === 'function' && typeof store.complete === 'function' && typeof store.release === 'function'
  );
}
