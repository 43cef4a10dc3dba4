import type { Secret } from '../../signature/secrets.js';
import type { CauseCode } from '../causes/causes.js';

/** What the body may have been when it was signed, and what must have happened to it since. */
export interface BodyVariant {
  readonly bytes: Uint8Array;
  readonly codes: readonly CauseCode[];
}

/** The key the delivery may have been signed with, and what must be wrong with the configured one. */
export interface SecretVariant {
  readonly secret: Secret;
  readonly codes: readonly CauseCode[];
}
