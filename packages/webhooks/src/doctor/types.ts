import type { Framework } from '../protocol/frameworks.js';
import type { RawBody } from '../signature/bytes.js';
import type { Secret, Secrets } from '../signature/secrets.js';
import type { CauseCode } from './causes/causes.js';

/** Request headers as any framework hands them out. */
export type HeadersLike =
  | Headers
  | Iterable<readonly [string, string]>
  | Readonly<Record<string, string | readonly string[] | undefined>>;

/** What {@link diagnose} is given. */
export interface DiagnoseInput {
  /** The body your code hashed, byte for byte. */
  body: RawBody;
  /** The value of `X-VideoCloud-Signature`, whatever it is. */
  signature: unknown;
  /** The secret or secrets your code verified with. */
  secrets: Secrets;
  /** The request's headers, where they are at hand: they add evidence and make the fix specific. */
  headers?: HeadersLike | undefined;
  /** Secrets of other subscriptions or environments that may have been mixed up with these. */
  otherSecrets?: readonly Secret[] | undefined;
  /** The framework the receiver runs on; guessed from `headers` when absent. */
  framework?: Framework | undefined;
  /**
   * The most time to spend, in milliseconds; 140 by default, 60 for a body over 16 KB. At least about 10 ms of work is
   * done whatever the clock shows, so that the plain causes are found on a busy machine too.
   */
  timeLimitMs?: number | undefined;
}

export type { Framework };

/** One reason why the signature does not match. */
export interface Cause {
  /** Stable, machine readable; the table is in `docs/doctor.md`. */
  readonly code: CauseCode;
  /** `proven`: undoing it reproduces the signature in the header (or the request contradicts itself); else `possible`. */
  readonly proof: 'proven' | 'possible';
  /** What happened, in one or two sentences. */
  readonly message: string;
  /** What to change. */
  readonly fix: string;
}

/** The texts of a cause; an empty fix stands for the framework's own. */
export interface CauseText {
  readonly message: string;
  readonly fix: string;
}

/** The verdict of {@link diagnose}. */
export interface Diagnosis {
  readonly valid: boolean;
  /** Most certain first; empty when the signature is valid. */
  readonly causes: readonly Cause[];
}
