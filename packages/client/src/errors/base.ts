/**
 * What all errors of this package have in common.
 *
 * Misuse (a misspelt event, a blank secret) is not one of these: it is a `TypeError`, thrown before anything is sent.
 * A call given up through your `AbortSignal` rejects with the signal's own reason.
 */
export abstract class VideoCloudError extends Error {
  /** Attempts made, the first included. */
  readonly attempts: number;

  constructor(message: string, attempts: number, cause: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.attempts = attempts;
  }

  /** What `JSON.stringify` writes: `cause` and `stack` left out. */
  toJSON(): Record<string, unknown> {
    return { name: this.name, message: this.message, attempts: this.attempts };
  }
}
