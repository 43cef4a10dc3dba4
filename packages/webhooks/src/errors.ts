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
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
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
 * @param value anything that was caught
 */
export function isWebhookError(value: unknown): value is WebhookError {
  try {
    return typeof value === 'object' && value !== null && (value as { [BRAND]?: unknown })[BRAND] === true;
  } catch {
    // A proxy that throws is not one.
    return false;
  }
}
