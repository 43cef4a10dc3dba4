import type { WebhookError, WebhookErrorCode } from '../errors.js';
import type { Issue } from '../events/envelope.js';
import type { WebhookEvent } from '../events/types.js';
import type { RawBody } from '../signature/bytes.js';
import type { SecretSource, Secrets } from '../signature/secrets.js';
import type { IdempotencyStore } from '../stores/idempotency-store.js';
import type { Context, Delivery } from './context.js';
import type { Outcome, UnhandledReason } from './outcome.js';

/** A signed delivery that no handler ran for. */
export interface Unhandled {
  /** null when the body is not an event at all. */
  event: WebhookEvent | null;
  rawBody: Uint8Array;
  secretIndex: number;
  reason: UnhandledReason;
  /** Where the payload differs from its schema, with `payload_invalid`. */
  issues?: readonly Issue[] | undefined;
}

/** A delivery that will not be tried again. Keep it where a person will look. */
export interface DeadLetter {
  event: WebhookEvent | null;
  rawBody: Uint8Array;
  /** Its `cause` is what the handler threw in the last attempt, where that is known. `payload_invalid`: no handler ran. */
  error: WebhookError;
  attempt: number;
}

/** A copy of an event that was handled before. */
export interface Duplicate {
  event: WebhookEvent | null;
  rawBody: Uint8Array;
  deliveryKey: string;
}

/** The delivery that an error reported to `onError` is about; members are null where they are not known yet. */
export interface ErrorInfo {
  event: WebhookEvent | null;
  rawBody: Uint8Array | null;
  deliveryKey: string | null;
  attempt: number | null;
  /** Where the payload differs from its schema, with `payload_invalid`. */
  issues?: readonly Issue[] | undefined;
}

/** What `onOutcome` is called with. It never holds a body, a secret or a signature. */
export interface OutcomeInfo {
  /** `answer`: the sender's answer is decided. `background`: work that outlived the answer ended. `handling`: a `dispatch` ended. */
  phase: 'answer' | 'background' | 'handling';
  /** `verified`: `verifyWebhook` let the request pass. */
  result: Outcome['result'] | 'verified';
  /** The HTTP status; null in the background and for `verified`. */
  status: number | null;
  code: WebhookErrorCode | null;
  reason: UnhandledReason | null;
  /** The event's name; null until the body is verified and parsed. */
  event: string | null;
  deliveryKey: string | null;
  attempt: number;
  /** -1 when no secret matched, and in `dispatch`. */
  secretIndex: number;
  /** The size of the body; 0 when it was not read. */
  bytes: number;
  /** Since the request arrived, in milliseconds, to the microsecond. */
  durationMs: number;
  /** `x-request-id`, else the trace id of `traceparent`. */
  requestId: string | null;
  /** The fix, where one is known. */
  hint?: string | undefined;
}

/** What a provider of secrets or a store gets: where to find them for this request. */
export interface EnvContext<Env = unknown> {
  env: Env;
}

/** `diagnose` of `@videocloud/webhooks/doctor`, by shape: the core must not pull the doctor in. */
export type Explain = (request: {
  body: RawBody;
  signature: unknown;
  secrets: Secrets;
  headers?: Headers | undefined;
  timeLimitMs?: number | undefined;
}) => Promise<{ readonly causes: readonly { readonly message: string; readonly fix: string }[] }>;

/** A store, or a function that finds it in the environment of the request. */
export type StoreSource<Env = unknown> = IdempotencyStore | ((context: EnvContext<Env>) => IdempotencyStore);

/** Deduplication with its times; give the bare store for the defaults. */
export interface IdempotencyOptions<Env = unknown> {
  store: StoreSource<Env>;
  /** The idempotency key of a delivery, SHA-256 of the raw body by default; null: do not deduplicate this one. */
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

/** An inbox, or a function that finds it in the environment of the request. */
export type InboxSource<Env = unknown> = DeliveryInbox | ((context: EnvContext<Env>) => DeliveryInbox);

/** What verification needs; the options of `verifyWebhook`. */
export interface VerifyOptions<Env = unknown> {
  /** The signing secret, up to 32 during rotations, or a function that fetches them. */
  secrets: SecretSource<Env>;
  /** How long a store or secrets provider may take, in milliseconds; default 2 000. */
  storeTimeout?: number | undefined;
  /** How long the body may take to arrive, in milliseconds; default 10 000. */
  bodyTimeout?: number | undefined;
  /** The largest body, in bytes; default 1 MiB. */
  maxBodyBytes?: number | undefined;
  /**
   * Reject events older than this many milliseconds; off by default. At least 6 960 000: the retry schedule and 5 minutes of
   * clock skew. With `idempotency`, `ttl` must exceed it by 300 000 or more.
   */
  maxAge?: number | undefined;
  /** The clock, in milliseconds since the epoch. */
  now?: (() => number) | undefined;
  /**
   * An observer of what went wrong on our side; `error.cause` is what was thrown. Default: `console.error` of both;
   * `onError: () => {}` silences it. Not called for 4xx: strangers must not fill a log.
   */
  onError?: ((error: WebhookError, info: ErrorInfo) => unknown) | undefined;
  /** An observer of every delivery, rejected ones included. Not awaited; what it throws is swallowed. */
  onOutcome?: ((outcome: OutcomeInfo) => unknown) | undefined;
  /**
   * For development: `diagnose` of `@videocloud/webhooks/doctor`. On `signature_mismatch` its first finding becomes
   * `hint` of `onOutcome`, or a `console.warn` without `onOutcome`. At most once a second; never in the answer.
   */
  explain?: Explain | undefined;
}

/** The options of `createReceiver`. All durations are milliseconds. */
export interface ReceiverOptions<Env = unknown> extends VerifyOptions<Env> {
  /** Handle each event once: a store, a function of `{ env }` that returns one, or either with its times. */
  idempotency?: StoreSource<Env> | IdempotencyOptions<Env> | undefined;
  /**
   * How long the handlers of one delivery may take; default 25 000. We assume that the platform waits 10 s for an answer:
   * a handler that ends in between is done, and with `idempotency` the retry is answered 200 as a duplicate. In an inbox's
   * worker the inbox's `lease` is the limit; a `handlerTimeout` that was given only aborts `context.signal` there.
   */
  handlerTimeout?: number | undefined;
  /** `'after'` (default): answer when the handlers are done. `'before'`: answer 200 at once; a crash then loses the event. */
  acknowledge?: 'after' | 'before' | undefined;
  /**
   * After how many failed attempts an event is dead-lettered: 1 to 5. Needs `idempotency` and `onDeadLetter`, and is 5 by default
   * with both. Cannot be combined with `acknowledge: 'before'`.
   */
  maxAttempts?: number | undefined;
  /**
   * What to do with a payload that does not match its schema. `'strict'` (default): no handler runs; it goes to
   * `onUnhandled`, else to `onDeadLetter`, else to `onError`, and in an inbox it becomes a dead letter then. `'report'`:
   * the handlers run, and `onError` is called. The schemas come from one example each: they may be wrong.
   */
  validation?: 'strict' | 'report' | undefined;
  /**
   * Accept durably and answer: an inbox, or a function of `{ env }` that returns one. Handlers run in `inbox.process(receiver)`.
   * Cannot be combined with `idempotency`, `acknowledge`, `maxAttempts` or `onDeadLetter`: the inbox has its own.
   */
  inbox?: InboxSource<Env> | undefined;
  /** A handler for signed deliveries that no handler ran for. A throw is answered 500. */
  onUnhandled?: ((unhandled: Unhandled, context: Context<Env>) => unknown) | undefined;
  /** A handler for events that will not be tried again. A throw is answered 500. Needs `idempotency`, or `acknowledge: 'before'`. */
  onDeadLetter?: ((deadLetter: DeadLetter, context: Context<Env>) => unknown) | undefined;
  /** An observer of copies of handled events. */
  onDuplicate?: ((duplicate: Duplicate) => unknown) | undefined;
}
