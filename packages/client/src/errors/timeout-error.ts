import { VideoCloudError } from './base.js';

/**
 * The call, or its last attempt, ran out of time. `cause` is the fault of the attempt before, if there was one.
 *
 * Not thrown for an `AbortSignal.timeout()` of yours: that rejects with the signal's reason.
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
