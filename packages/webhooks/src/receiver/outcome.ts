import { WebhookError, type WebhookErrorCode } from '../errors.js';
import type { WebhookEvent } from '../events/types.js';

/**
 * What became of a delivery, and what the sender is to be answered.
 *
 * `rejected` is a 4xx other than 409: the same bytes will be refused again. `failed` means "try again" (409, 5xx).
 */
export interface Outcome {
  readonly result: 'processed' | 'accepted' | 'duplicate' | 'unhandled' | 'dead_lettered' | 'rejected' | 'failed';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Small JSON: `{"received":true}` or `{"error":{"code","message"}}`. */
  readonly body: string;
  readonly event?: WebhookEvent | undefined;
  readonly error?: WebhookError | undefined;
}

interface Answer {
  readonly status: number;
  readonly message: string;
  readonly hint?: string;
}

/** The one table of what the sender is answered when a delivery is not taken. */
const ANSWERS: Readonly<Record<WebhookErrorCode, Answer>> = {
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
    hint: 'Verify the bytes as received (never a re-serialised body) with the secret of this very subscription',
  },
  secrets_unavailable: { status: 503, message: 'The signing secrets are not available right now' },
  body_not_utf8: { status: 400, message: 'The signed body is not UTF-8' },
  body_not_json: { status: 400, message: 'The signed body is not JSON' },
  envelope_invalid: { status: 400, message: 'The signed body is not an event' },
  // Never answered: a payload we do not understand is not the sender's error. It is what onError is told.
  payload_invalid: { status: 200, message: 'The payload does not match the catalogue' },
  timestamp_too_old: { status: 401, message: 'The event is older than this receiver takes' },
  timestamp_in_future: {
    status: 503,
    message: 'The event is stamped in the future',
    hint: 'Check that the clock of this machine is synchronised',
  },
  event_in_progress: { status: 409, message: 'Another copy of this event is being handled' },
  store_unavailable: { status: 503, message: 'The event store is not available right now' },
  handler_failed: { status: 500, message: 'The handler failed' },
  handler_timeout: { status: 503, message: 'The handler ran out of time' },
};

/** Seconds after which a retry of a 503 is worth while; the platform has its own schedule and may ignore it. */
const RETRY_AFTER: { readonly [code in WebhookErrorCode]?: string } = {
  secrets_unavailable: '10',
  store_unavailable: '10',
  timestamp_in_future: '60',
};

export const JSON_HEADERS = /* @__PURE__ */ Object.freeze({ 'content-type': 'application/json' });
export const RECEIVED = '{"received":true}';

/** The answer to a delivery that was taken. */
export function taken(
  result: 'processed' | 'accepted' | 'duplicate' | 'unhandled' | 'dead_lettered',
  event: WebhookEvent | undefined,
  error?: WebhookError,
): Outcome {
  return error === undefined
    ? { result, status: 200, headers: JSON_HEADERS, body: RECEIVED, event }
    : { result, status: 200, headers: JSON_HEADERS, body: RECEIVED, event, error };
}

export interface RefusalDetail {
  /** Replaces the table's message; must not quote anything secret. */
  readonly message?: string | undefined;
  readonly hint?: string | undefined;
  /** Whether the hint is for the sender's eyes too. */
  readonly publicHint?: boolean;
  readonly cause?: unknown;
  readonly event?: WebhookEvent | undefined;
  readonly retryAfterMs?: number | undefined;
}

/** The answer to a delivery that was not taken. */
export function refused(
  code: WebhookErrorCode,
  detail: RefusalDetail = {},
): Outcome & { readonly error: WebhookError } {
  const error = errorOf(code, detail);
  const shown = detail.publicHint ? `${error.message}. ${error.hint}` : (detail.message ?? ANSWERS[code].message);
  const { status } = error;
  return {
    result: status >= 500 || status === 409 ? 'failed' : 'rejected',
    status,
    headers: headersOf(code, detail.retryAfterMs),
    body: JSON.stringify({ error: { code, message: shown } }),
    event: detail.event,
    error,
  };
}

/** The error of a code, with the status, message and hint of the table unless `detail` says otherwise. */
export function errorOf(code: WebhookErrorCode, detail: RefusalDetail = {}): WebhookError {
  const { status, message, hint } = ANSWERS[code];
  return new WebhookError(code, detail.message ?? message, {
    status,
    hint: detail.hint ?? hint,
    ...('cause' in detail ? { cause: detail.cause } : {}),
  });
}

function headersOf(code: WebhookErrorCode, retryAfterMs: number | undefined): Readonly<Record<string, string>> {
  if (code === 'method_not_allowed') return { ...JSON_HEADERS, allow: 'POST' };
  // A slow body may still be trickling in: this connection cannot be used for a next request.
  if (code === 'body_timeout') return { ...JSON_HEADERS, connection: 'close' };
  const seconds = retryAfterMs === undefined ? RETRY_AFTER[code] : String(Math.max(1, Math.ceil(retryAfterMs / 1_000)));
  return seconds === undefined ? JSON_HEADERS : { ...JSON_HEADERS, 'retry-after': seconds };
}
