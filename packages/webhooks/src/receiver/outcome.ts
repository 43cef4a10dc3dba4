import { type ErrorDetail, errorOf, RESPONSES, type WebhookError, type WebhookErrorCode } from '../errors.js';
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
  /** Why no handler ran, when none did. A `dead_lettered` of `dispatch` has it where `onDeadLetter` did not take the event. */
  readonly reason?: UnhandledReason | undefined;
}

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

export interface RejectedDetail extends ErrorDetail {
  readonly event?: WebhookEvent | null | undefined;
  readonly retryAfterMs?: number | undefined;
}

/** The outcome of a delivery that is not acknowledged: 4xx, or 5xx for "try again". */
export function rejected(
  code: WebhookErrorCode,
  detail: RejectedDetail = {},
): Outcome & { readonly error: WebhookError } {
  const error = errorOf(code, detail);
  const shown = messageFor(error);
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

/** What the sender is shown of an error. */
function messageFor({ code, message, hint }: WebhookError): string {
  // A route that is set up wrong: whoever is setting it up looks at the answer first.
  if (code === 'body_already_parsed' && hint) return `${message}. ${hint}`;
  // The limits of this receiver are its own.
  return code === 'handler_timeout' ? RESPONSES[code][1] : message;
}

function headersFor(code: WebhookErrorCode, retryAfterMs: number | undefined): Readonly<Record<string, string>> {
  if (code === 'method_not_allowed') return { ...JSON_HEADERS, allow: 'POST' };
  // A slow body may still be trickling in: this connection cannot be used for a next request.
  if (code === 'body_timeout') return { ...JSON_HEADERS, connection: 'close' };
  const retryAfter = RESPONSES[code][3];
  const seconds = retryAfterMs === undefined ? retryAfter : Math.max(1, Math.ceil(retryAfterMs / 1_000));
  return seconds === undefined ? JSON_HEADERS : { ...JSON_HEADERS, 'retry-after': String(seconds) };
}
