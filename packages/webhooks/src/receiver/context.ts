import { DIGEST_IS_SYNC, sha256Hex } from '#runtime';
import type { TraceCarrier } from '../channels/types.js';
import type { WebhookErrorCode } from '../errors.js';
import type { WebhookEvent } from '../events/types.js';
import type { RequestHeaders } from '../http/incoming-request.js';
import type { Deadlines } from '../runtime/deadlines.js';
import type { RejectedDetail, UnhandledReason } from './outcome.js';

/** A verified delivery: the event and the bytes it was parsed from. */
export interface Delivery {
  event: WebhookEvent;
  /** The exact bytes that were signed. */
  rawBody: Uint8Array;
  /** The index of the secret that matched: 0 is the first. -1 for bytes that were verified elsewhere (`dispatch`). */
  secretIndex: number;
}

/** What a handler gets beside the event. */
export interface Context<Env = unknown> {
  /** The exact bytes that were signed. */
  rawBody: Uint8Array;
  /** Aborts when `handlerTimeout` or the `lease` given to `dispatch` is over, and when the `signal` given to `dispatch` does. */
  signal: AbortSignal;
  /**
   * The idempotency key: the result of `idempotency.key`, where that is given, and null when that returned null; else the
   * `key` given to `dispatch`, in an inbox's worker the record's id; else SHA-256 of the raw body in hex.
   */
  deliveryKey: string | null;
  /** How many times this event has been tried, this time included; 1 without a store. */
  attempt: number;
  /** The index of the secret that matched; -1 in `dispatch`. */
  secretIndex: number;
  /** The request's headers as received. They are not signed: a sender or proxy can write anything. null in `dispatch`. */
  headers: Headers | null;
  /** `x-request-id`, else the trace id of `traceparent`; not signed. null when there is neither. */
  requestId: string | null;
  /** What the platform or the adapter's `env` option gave for this request, for example a Worker's bindings. */
  env: Env;
}

/** Bytes whose signature matched, read; or why they are not a usable event. */
export type SignedContent =
  | { readonly signed: true; readonly ok: true; readonly event: WebhookEvent }
  | {
      readonly signed: true;
      readonly ok: false;
      /** Present when only its age is wrong. */
      readonly event: WebhookEvent | null;
      readonly code: UnhandledReason & WebhookErrorCode;
      readonly detail: RejectedDetail;
    };

/** A value, or a promise of it where it takes one: most deliveries wait for nothing but their body. */
export type MaybePromise<T> = T | Promise<T>;

/** Keeps the platform alive until a promise settles. */
export type WaitUntil = (work: Promise<unknown>) => void;

/** How a delivery came, where that is not over HTTP alone. */
interface DeliverySource {
  readonly env?: unknown;
  readonly waitUntil?: WaitUntil | undefined;
  /** Given to `dispatch`: the bytes were verified and stored earlier. */
  readonly dispatched?: boolean;
  /** Given to `dispatch`: the attempt number of a queue that counts. */
  readonly attempt?: number | undefined;
  /** Given to `dispatch`: aborts `context.signal`. */
  readonly signal?: AbortSignal | undefined;
  /** Given to `dispatch`: how long the caller waits for the handlers. */
  readonly lease?: Deadlines | undefined;
  /** Given to `dispatch`: the trace that the delivery was accepted in. */
  readonly carrier?: TraceCarrier | undefined;
  /** Given to `dispatch`: the key that the delivery is stored under. */
  readonly key?: string | undefined;
}

/** One delivery on its way through the receiver: what is known about it so far. */
export interface DeliveryState {
  /** `performance.now()` when it arrived. */
  readonly startedAt: number;
  readonly headers: RequestHeaders | null;
  readonly source: DeliverySource;
  /** undefined until the head of its request is accepted. */
  env: unknown;
  /** null until the body is parsed, and when it is not an event. */
  event: WebhookEvent | null;
  /** null until the body is read. */
  rawBody: Uint8Array | null;
  /** -1 until a secret matched. */
  secretIndex: number;
  /** undefined until it is computed. */
  key: string | null | undefined;
  /** Finds why the signature did not match; undefined where nobody asks. Never rejects. */
  explain: (() => Promise<string | undefined>) | undefined;
  attempt: number;
}

/** The state of a delivery that has just arrived. */
export function newDelivery(
  headers: RequestHeaders | null,
  rawBody: Uint8Array | null = null,
  source: DeliverySource = {},
): DeliveryState {
  return {
    startedAt: performance.now(),
    headers,
    source,
    env: source.env,
    event: null,
    rawBody,
    secretIndex: -1,
    key: source.key,
    explain: undefined,
    attempt: source.attempt ?? 1,
  };
}

const NO_BYTES = /* @__PURE__ */ new Uint8Array();

export function bytesOf(delivery: DeliveryState): Uint8Array {
  return delivery.rawBody ?? NO_BYTES;
}

/** Computes the default key where a digest takes a promise, so that `context.deliveryKey` is a plain value everywhere. */
export async function prepareKey(delivery: DeliveryState): Promise<void> {
  if (!DIGEST_IS_SYNC && delivery.key === undefined) delivery.key = await sha256Hex(bytesOf(delivery));
}

/** The key of a delivery; null when it is not known yet and takes a promise. */
export function keyOf(delivery: DeliveryState): string | null {
  if (delivery.key === undefined && delivery.rawBody !== null) {
    const digest = DIGEST_IS_SYNC ? sha256Hex(delivery.rawBody) : null;
    if (typeof digest === 'string') delivery.key = digest;
  }
  return delivery.key ?? null;
}

/**
 * Finds what an option gives for a delivery. A function of `{ env }` is called once for each env object, and once in all
 * where env is no object.
 *
 * @param check called with each result of the function; it throws when that is unusable, and the function is called again
 */
export function perEnv<T extends object>(
  source: T | ((context: { env: unknown }) => T),
  check: (made: T, delivery: DeliveryState) => void,
): (delivery: DeliveryState) => T {
  if (typeof source !== 'function') return () => source;
  const byEnv = new WeakMap<object, T>();
  let withoutEnv: T | undefined;
  return (delivery) => {
    const { env } = delivery;
    const known = isObject(env) ? byEnv.get(env) : withoutEnv;
    if (known !== undefined) return known;
    const made = source({ env });
    // An async function gives no usable value; its rejection must not end the process.
    Promise.resolve(made).catch(() => undefined);
    check(made, delivery);
    if (isObject(env)) byEnv.set(env, made);
    else withoutEnv = made;
    return made;
  };
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
