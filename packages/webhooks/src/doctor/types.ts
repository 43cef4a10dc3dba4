import type { Framework } from '../protocol/frameworks.js';
import type { RawBody } from '../signature/bytes.js';
import type { Secret, Secrets } from '../signature/secrets.js';
import type { Cause, CauseCode } from './causes/causes.js';

/** Request headers in the shape of any framework. */
export type HeadersLike =
  | Headers
  | Iterable<readonly [string, string]>
  | Readonly<Record<string, string | readonly string[] | undefined>>;

/** The input of {@link diagnose}. */
export interface DiagnoseInput {
  /** The body your code hashed, byte for byte. */
  body: RawBody;
  /** The value of `X-VideoCloud-Signature`, whatever it is. */
  signature: unknown;
  /** The secret or secrets your code verified with. */
  secrets: Secrets;
  /** The request's headers. They add evidence and make the fix specific. */
  headers?: HeadersLike | undefined;
  /** Secrets of other subscriptions or environments that may have been mixed up with these. */
  otherSecrets?: readonly Secret[] | undefined;
  /** The framework of the receiver; guessed from `headers` when absent. */
  framework?: Framework | undefined;
  /**
   * The longest time to search, in milliseconds; by default 140, or 60 for a body over 16 KB. At most 10,000.
   *
   * About 10 ms of work are done in any case, so that a busy machine finds the plain causes too.
   */
  timeLimitMs?: number | undefined;
  /** Whether the result shows the bytes that were signed, where a proof gave them. Off by default: they are a body. */
  includeSignedBody?: boolean | undefined;
}

export type { Framework };

/** The result of {@link diagnose}. */
export interface Diagnosis {
  /** Whether one of the secrets signed exactly these bytes. */
  readonly valid: boolean;
  /** The most certain first; empty when the signature is valid. */
  readonly causes: readonly Cause[];
  /**
   * The bytes that were signed: compare them with the body to see what changed.
   *
   * Only with `includeSignedBody`, where undoing a mistake reproduced the signature. Equal to the body where only the
   * secret or the header is wrong.
   */
  readonly signedBody?: Uint8Array;
}

/** A body that may have been signed, and the causes that turn it into the received one. */
export interface BodyVariant {
  readonly bytes: Uint8Array;
  readonly codes: readonly CauseCode[];
}

/** A key that may have been used, and the causes that turn it into the configured secret. */
export interface SecretVariant {
  readonly secret: Secret;
  readonly codes: readonly CauseCode[];
}
