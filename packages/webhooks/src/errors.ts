/** Every code of a rejected or failed delivery. The JSON answer to the sender holds the same strings. */
export type WebhookErrorCode =
  | 'method_not_allowed'
  | 'content_encoding_unsupported'
  | 'body_too_large'
  | 'body_timeout'
  | 'body_aborted'
  | 'body_already_parsed'
  | 'signature_missing'
  | 'signature_malformed'
  | 'signature_mismatch'
  | 'secrets_unavailable'
  | 'body_not_utf8'
  | 'body_not_json'
  | 'envelope_invalid'
  | 'payload_invalid'
  | 'timestamp_too_old'
  | 'timestamp_in_future'
  | 'event_in_progress'
  | 'store_unavailable'
  | 'handler_failed'
  | 'handler_timeout';

// Registered, not local: two copies of this package (ESM beside CommonJS, two versions) recognize each other's errors.
const BRAND = /* @__PURE__ */ Symbol.for('videocloud.webhooks.error');

/** What a {@link WebhookError} may carry besides its code and message. */
export interface WebhookErrorOptions {
  /** The HTTP status the sender should be answered; 500 when absent. */
  status?: number | undefined;
  /** One sentence that names the fix. */
  hint?: string | undefined;
  /** What was thrown underneath, if anything. */
  cause?: unknown;
}

/**
 * The one error class of this library for whatever a sender, the network or a store can do wrong.
 * Misuse by the programmer (a blank secret, a parsed body) is a plain `TypeError` instead.
 *
 * Neither the message nor any property ever holds a secret or an expected signature.
 *
 * @example
 * ```ts
 * import { constructEvent, isWebhookError } from '@videocloud/webhooks';
 *
 * export async function receive(body: Uint8Array, signature: string | null, secret: string): Promise<Response> {
 *   try {
 *     const event = await constructEvent(body, signature, secret);
 *     return Response.json({ got: event.event });
 *   } catch (error) {
 *     if (isWebhookError(error)) return new Response(error.code, { status: error.status });
 *     throw error;
 *   }
 * }
 * ```
 */
export class WebhookError extends Error {
  /** The kind of error, machine readable. */
  readonly code: WebhookErrorCode;
  /** The HTTP status that belongs to `code`. */
  readonly status: number;
  /** The fix in one sentence, where there is one. */
  declare readonly hint?: string;

  constructor(code: WebhookErrorCode, message: string, options: WebhookErrorOptions = {}) {
    // An error has a cause of its own where the options have one.
    super(message, options);
    this.name = 'WebhookError';
    this.code = code;
    this.status = options.status ?? 500;
    if (options.hint !== undefined) this.hint = options.hint;
    Object.defineProperty(this, BRAND, { value: true });
  }
}

/**
 * Whether a caught value is a {@link WebhookError}, also one thrown by another copy of this package.
 *
 * Use it in place of `instanceof`, which another copy or another realm fails.
 *
 * @param value anything that was caught
 * @example
 * ```ts
 * import { isWebhookError } from '@videocloud/webhooks';
 *
 * export const statusOf = (error: unknown): number => (isWebhookError(error) ? error.status : 500);
 * ```
 */
export function isWebhookError(value: unknown): value is WebhookError {
  try {
    return typeof value === 'object' && value !== null && (value as { [BRAND]?: unknown })[BRAND] === true;
  } catch {
    // A proxy that throws is not one.
    return false;
  }
}

/**
 * The status, what went wrong, the fix, and the seconds after which a retry makes sense. The platform has its own schedule
 * and may ignore them.
 */
type ErrorResponse = readonly [status: number, message: string, hint?: string | undefined, retryAfter?: number];

/** The one table of responses to deliveries that are not acknowledged. */
export const RESPONSES: Readonly<Record<WebhookErrorCode, ErrorResponse>> = {
  method_not_allowed: [405, 'Webhooks are sent with POST'],
  content_encoding_unsupported: [415, 'The body must be sent without Content-Encoding'],
  body_too_large: [413, 'The body is too large'],
  body_timeout: [408, 'The body did not arrive in time'],
  body_aborted: [400, 'The body did not arrive whole: the connection closed'],
  body_already_parsed: [500, 'The body was read or parsed before the receiver'],
  signature_missing: [401, 'The X-VideoCloud-Signature header is missing'],
  signature_malformed: [401, 'The X-VideoCloud-Signature header is not 64 hex digits'],
  signature_mismatch: [
    401,
    'No signing secret matches the signature',
    'Verify the bytes as received, never re-serialized, with the secret of this subscription',
  ],
  secrets_unavailable: [
    503,
    'The signing secrets are not available',
    'Check the `secrets` function: is the variable set?',
    10,
  ],
  body_not_utf8: [400, 'The signed body is not UTF-8'],
  body_not_json: [400, 'The signed body is not JSON'],
  envelope_invalid: [400, 'The signed body is not an event'],
  // For `onError` and dead letters only: the sender is answered 200, since a payload we do not expect is not its error.
  payload_invalid: [200, 'The payload does not match the catalog'],
  timestamp_too_old: [401, 'The event is too old'],
  timestamp_in_future: [503, 'The event is from the future', 'Set the clock of this machine', 60],
  event_in_progress: [409, 'A copy of this event is being handled'],
  store_unavailable: [503, 'The event store is not available', undefined, 10],
  handler_failed: [500, 'The handler failed'],
  handler_timeout: [503, 'The handler ran out of time', 'Long work belongs behind an inbox'],
};

/** What an error may say instead of the table's words. */
export interface ErrorDetail {
  /** Must not quote anything secret. */
  readonly message?: string | undefined;
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

/** The error of a code, with the status, message and hint of the table unless `detail` has others. */
export function errorOf(code: WebhookErrorCode, detail: ErrorDetail = {}): WebhookError {
  const [status, message, hint] = RESPONSES[code];
  return new WebhookError(code, detail.message ?? message, { ...detail, status, hint: detail.hint ?? hint });
}
