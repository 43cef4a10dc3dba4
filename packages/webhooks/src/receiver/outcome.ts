import { WebhookError, type WebhookErrorCode } from '../errors.js';
import type { WebhookEvent } from '../events/types.js';

/** Why no handler ran for a signed delivery. */
export type UnhandledReason =
  | 'unknown_event'
  | 'payload_invalid'
  | 'no_handler'
  | 'envelope_invalid'
  | 'body_not_json'
  | 'body_not_utf8'
  | 'timestamp_too_old';

/**
 * What a delivery came to, and the answer to the sender.
 *
 * `rejected` is a 4xx other than 409: the same bytes will be rejected again. `failed` means "try again" (409, 5xx).
 */
export interface Outcome {
  readonly result: 'processed' | 'accepted' | 'duplicate' | 'unhandled' | 'dead_lettered' | 'rejected' | 'failed';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Small JSON: `{"received":true}` or `{"error":{"code","message"}}`. */
  readonly body: string;
  readonly event?: WebhookEvent | undefined;
  readonly error?: WebhookError | undefined;
  /** Why no handler ran, when none did. */
  readonly reason?: UnhandledReason | undefined;
}

/** The outcome is decided: nothing further runs. */
export interface Concluded {
  readonly ok: false;
  readonly outcome: Outcome;
}

export function concluded(outcome: Outcome): Concluded {
  return { ok: false, outcome };
}

interface ErrorResponse {
  readonly status: number;
  readonly message: string;
  readonly hint?: string;
}

/** The one table of responses to deliveries that are not acknowledged. */
const RESPONSES: Readonly<Record<WebhookErrorCode, ErrorResponse>> = {
  method_not_allowed: { status: 405, message: 'Webhooks are sent with POST' },
  content_encoding_unsupported: {
    status: 415,
    message: 'The signature is over the plain body: send it without Content-Encoding',
  },
  body_too_large: { status: 413, message: 'The body is larger than this receiver takes' },
  body_timeout: { status: 408, message: 'The body did not arrive in time' },
  body_aborted: { status: 400, message: 'The connection closed before the whole body arrived' },
  body_already_parsed: {
    status: 500,
    message: 'The receiver needs the raw body, but something in front of it has read or parsed it already',
  },
  signature_missing: { status: 401, message: 'The X-VideoCloud-Signature header is missing' },
  signature_malformed: { status: 401, message: 'The X-VideoCloud-Signature header is not 64 hex digits' },
  signature_mismatch: {
    status: 401,
    message: 'No signing secret matches the signature',
    hint: 'Verify the bytes as received (never a re-serialized body) with the secret of this very subscription',
  },
  secrets_unavailable: {
    status: 503,
    message: 'The signing secrets are not available right now',
    hint: 'The function given as `secrets` threw, took too long or returned a blank secret: is its variable set?',
  },
  body_not_utf8: { status: 400, message: 'The signed body is not UTF-8' },
  body_not_json: { status: 400, message: 'The signed body is not JSON' },
  envelope_invalid: { status: 400, message: 'The signed body is not an event' },
  // For `onError` and dead letters only: the sender is answered 200, since a payload we do not expect is not its error.
  payload_invalid: { status: 200, message: 'The payload does not match the catalog' },
  timestamp_too_old: { status: 401, message: 'The event is older than this receiver takes' },
  timestamp_in_future: {
    status: 503,
    message: 'The event is stamped in the future',
    hint: 'Check that the clock of this machine is synchronized',
  },
  event_in_progress: { status: 409, message: 'Another copy of this event is being handled' },
  store_unavailable: { status: 503, message: 'The event store is not available right now' },
  handler_failed: { status: 500, message: 'The handler failed' },
  handler_timeout: { status: 503, message: 'The handler ran out of time' },
};

/** Seconds after which a retry of a 503 makes sense; the platform has its own schedule and may ignore it. */
const RETRY_AFTER: { readonly [code in WebhookErrorCode]?: string } = {
  secrets_unavailable: '10',
  store_unavailable: '10',
  timestamp_in_future: '60',
};

export const JSON_HEADERS = /* @__PURE__ */ Object.freeze({ 'content-type': 'application/json' });
export const RECEIVED = '{"received":true}';

export interface AcknowledgedDetail {
  readonly event?: WebhookEvent | null | undefined;
  readonly error?: WebhookError | undefined;
  readonly reason?: UnhandledReason | undefined;
}

/** The outcome of a delivery that is answered 200. */
export function acknowledged(
  result: 'processed' | 'accepted' | 'duplicate' | 'unhandled' | 'dead_lettered',
  { event, error, reason }: AcknowledgedDetail = {},
): Outcome {
  return { result, status: 200, headers: JSON_HEADERS, body: RECEIVED, event: event ?? undefined, error, reason };
}

export interface ErrorDetail {
  /** Replaces the table's message; must not quote anything secret. */
  readonly message?: string | undefined;
  readonly hint?: string | undefined;
  /** Whether the sender sees the hint too. */
  readonly publicHint?: boolean;
  readonly cause?: unknown;
  readonly event?: WebhookEvent | null | undefined;
  readonly retryAfterMs?: number | undefined;
}

/** The outcome of a delivery that is not acknowledged: 4xx, or 5xx for "try again". */
export function rejected(code: WebhookErrorCode, detail: ErrorDetail = {}): Outcome & { readonly error: WebhookError } {
  const error = errorOf(code, detail);
  const shown = detail.publicHint ? `${error.message}. ${error.hint}` : (detail.message ?? RESPONSES[code].message);
  const { status } = error;
  return {
    result: status >= 500 || status === 409 ? 'failed' : 'rejected',
    status,
    headers: headersFor(code, detail.retryAfterMs),
    body: JSON.stringify({ error: { code, message: shown } }),
    event: detail.event ?? undefined,
    error,
  };
}

/** The error of a code, with the status, message and hint of the table unless `detail` has others. */
export function errorOf(code: WebhookErrorCode, detail: ErrorDetail = {}): WebhookError {
  const { status, message, hint } = RESPONSES[code];
  return new WebhookError(code, detail.message ?? message, {
    status,
    hint: detail.hint ?? hint,
    ...('cause' in detail ? { cause: detail.cause } : {}),
  });
}

function headersFor(code: WebhookErrorCode, retryAfterMs: number | undefined): Readonly<Record<string, string>> {
  if (code === 'method_not_allowed') return { ...JSON_HEADERS, allow: 'POST' };
  // A slow body may still be trickling in: this connection cannot be used for a next request.
  if (code === 'body_timeout') return { ...JSON_HEADERS, connection: 'close' };
  const seconds = retryAfterMs === undefined ? RETRY_AFTER[code] : String(Math.max(1, Math.ceil(retryAfterMs / 1_000)));
  return seconds === undefined ? JSON_HEADERS : { ...JSON_HEADERS, 'retry-after': seconds };
}
