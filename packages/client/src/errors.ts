import type { components } from './generated/openapi.js';

/**
 * Base class of this package's errors.
 *
 * Misuse (a misspelled event, a blank secret) is not one of these: it is a `TypeError`, thrown before anything is sent.
 * A call canceled through your `AbortSignal` rejects with the signal's own reason.
 *
 * No error holds the token, a header's value or a webhook's secret: texts from the server and from the runtime are searched
 * for them in every usual encoding and left out when one is found.
 *
 * @example
 * ```ts
 * import { VideoCloud, VideoCloudError } from '@videocloud/webhooks-client';
 *
 * const videocloud = new VideoCloud({ baseUrl: 'https://api.your-videocloud.test' });
 * try {
 *   await videocloud.webhooks.list();
 * } catch (error) {
 *   if (!(error instanceof VideoCloudError)) throw error;
 *   console.error(`failed after ${error.attempts} attempts: ${error.message}`);
 * }
 * ```
 */
export abstract class VideoCloudError extends Error {
  /** Attempts made, the first included. */
  readonly attempts: number;

  constructor(message: string, attempts: number, cause: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.attempts = attempts;
  }

  /** What `JSON.stringify` writes: everything but `cause` and `stack`. */
  toJSON(): Record<string, unknown> {
    return { name: this.name, message: this.message, attempts: this.attempts };
  }
}

/** One member of a request that the server rejected, and why. */
export type ErrorDetail = components['schemas']['ErrorDetail'];

/**
 * The server's own codes, and four that this client adds: `invalid_response` (not JSON, not the envelope, or paging without
 * an end), `response_truncated`, `response_too_large` and `redirect_refused`. A server may send codes not listed here.
 */
export type ApiErrorCode =
  | components['schemas']['ErrorCode']
  | 'invalid_response'
  | 'response_truncated'
  | 'response_too_large'
  | 'redirect_refused'
  | (string & {});

/** What a {@link VideoCloudApiError} is made of. */
export interface ApiErrorFields {
  readonly status: number;
  readonly code: ApiErrorCode;
  readonly message: string;
  readonly details?: readonly ErrorDetail[] | undefined;
  readonly requestId?: string | undefined;
  readonly body?: string | undefined;
  readonly attempts: number;
  readonly cause?: unknown;
}

/**
 * The server answered with an error, or with something the API does not promise.
 *
 * Without an answer the error is a {@link VideoCloudConnectionError} or a {@link VideoCloudTimeoutError}.
 *
 * @example
 * ```ts
 * import { VideoCloud, VideoCloudApiError } from '@videocloud/webhooks-client';
 *
 * const videocloud = new VideoCloud({ baseUrl: 'https://api.your-videocloud.test' });
 * try {
 *   await videocloud.webhooks.delete('whk_123456');
 * } catch (error) {
 *   if (!(error instanceof VideoCloudApiError) || error.code !== 'not_found') throw error;
 * }
 * ```
 */
export class VideoCloudApiError extends VideoCloudError {
  override readonly name = 'VideoCloudApiError';
  /** HTTP status of the answer; 0 for a redirect that a browser hides. */
  readonly status: number;
  /** What went wrong, for programs. */
  readonly code: ApiErrorCode;
  /** For `validation_failed`: the members at fault, at most 50. Empty otherwise. */
  readonly details: readonly ErrorDetail[];
  /** The answer's `X-Request-Id`; undefined when it had none that can be shown. */
  readonly requestId: string | undefined;
  /** The first 2 KB of the answer's body; `[redacted]` when it repeats the token or a secret in some encoding. */
  readonly body: string;

  constructor(fields: ApiErrorFields) {
    super(fields.message, fields.attempts, fields.cause);
    this.status = fields.status;
    this.code = fields.code;
    this.details = fields.details ?? [];
    this.requestId = fields.requestId;
    this.body = fields.body ?? '';
  }

  override toJSON(): Record<string, unknown> {
    const { status, code, details, requestId, body } = this;
    return { ...super.toJSON(), status, code, details, requestId, body };
  }
}

/**
 * No answer came: the name did not resolve, or the connection was refused or broke.
 *
 * `cause` is a copy of the runtime's error: its name, message, code and stack without secrets. After `create` or `sendTest`
 * it is unknown whether the server acted, unless the connection was refused.
 *
 * @example
 * ```ts
 * import { VideoCloud, VideoCloudConnectionError } from '@videocloud/webhooks-client';
 *
 * const videocloud = new VideoCloud({ baseUrl: 'https://api.your-videocloud.test' });
 * try {
 *   await videocloud.webhooks.list();
 * } catch (error) {
 *   if (!(error instanceof VideoCloudConnectionError)) throw error;
 *   console.error('the API cannot be reached', error.cause);
 * }
 * ```
 */
export class VideoCloudConnectionError extends VideoCloudError {
  override readonly name = 'VideoCloudConnectionError';
}

/**
 * The call, or its last attempt, took longer than its limit.
 *
 * `cause` is the failure of the attempt before, if there was one. Not thrown for an `AbortSignal.timeout()` of yours: that
 * rejects with the signal's reason.
 *
 * @example
 * ```ts
 * import { VideoCloud, VideoCloudTimeoutError } from '@videocloud/webhooks-client';
 *
 * const videocloud = new VideoCloud({ baseUrl: 'https://api.your-videocloud.test', timeout: 5_000 });
 * try {
 *   await videocloud.webhooks.list();
 * } catch (error) {
 *   if (!(error instanceof VideoCloudTimeoutError)) throw error;
 *   console.error(`no answer within ${error.timeout} ms`);
 * }
 * ```
 */
export class VideoCloudTimeoutError extends VideoCloudError {
  override readonly name = 'VideoCloudTimeoutError';
  /** The limit that was reached, in milliseconds. */
  readonly timeout: number;

  constructor(message: string, timeout: number, attempts: number, cause: unknown) {
    super(message, attempts, cause);
    this.timeout = timeout;
  }

  override toJSON(): Record<string, unknown> {
    return { ...super.toJSON(), timeout: this.timeout };
  }
}
