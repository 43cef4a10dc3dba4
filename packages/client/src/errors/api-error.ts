import type { components } from '../generated/openapi.js';
import { VideoCloudError } from './base.js';

/** A member of a request that the server refused, and why. */
export type ErrorDetail = components['schemas']['ErrorDetail'];

/**
 * The server's own codes, and four that this client gives: `invalid_response` (not JSON, or not the envelope),
 * `response_truncated`, `response_too_large` and `redirect_refused`. A server may send codes not listed here.
 */
export type ApiErrorCode =
  | components['schemas']['ErrorCode']
  | 'invalid_response'
  | 'response_truncated'
  | 'response_too_large'
  | 'redirect_refused'
  | (string & {});

export interface ApiErrorFields {
  readonly status: number;
  readonly code: ApiErrorCode;
  readonly message: string;
  readonly details: readonly ErrorDetail[];
  readonly requestId: string | undefined;
  readonly body: string;
  readonly attempts: number;
  readonly cause?: unknown;
}

/**
 * The server answered, and the answer is an error or is not what the API promises.
 *
 * Not thrown when there was no answer: see {@link VideoCloudConnectionError} and {@link VideoCloudTimeoutError}.
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
  /** For `validation_failed`: the members at fault. Empty otherwise. */
  readonly details: readonly ErrorDetail[];
  /** The answer's `X-Request-Id`, if it had one. */
  readonly requestId: string | undefined;
  /** The first 2 KB of the answer's body, secrets taken out. */
  readonly body: string;

  constructor(fields: ApiErrorFields) {
    super(fields.message, fields.attempts, fields.cause);
    this.status = fields.status;
    this.code = fields.code;
    this.details = fields.details;
    this.requestId = fields.requestId;
    this.body = fields.body;
  }

  override toJSON(): Record<string, unknown> {
    const { status, code, details, requestId, body } = this;
    return { ...super.toJSON(), status, code, details, requestId, body };
  }
}
