export type SignatureRefusal = 'signature_missing' | 'signature_malformed';

const HEX_64 = /^[0-9a-f]{64}$/i;

/**
 * Judges the form of a signature header before any cryptography: exactly 64 hex digits, of either case.
 *
 * Returns null when it is well formed. Everything else is refused here, because lenient decoders disagree on junk:
 * `Buffer.from(x, 'hex')` stops silently at the first bad digit and would accept a good signature with a tail.
 */
export function refuseSignature(signature: unknown): SignatureRefusal | null {
  // JavaScript's `$` without the m flag matches only at the very end, so a trailing newline is refused too.
  if (typeof signature === 'string') {
    if (HEX_64.test(signature)) return null;
    return signature.trim() === '' ? 'signature_missing' : 'signature_malformed';
  }
  return signature === undefined || signature === null ? 'signature_missing' : 'signature_malformed';
}
