/** A signature header of the right form, or what is wrong with it. */
export type SignatureForm =
  | { readonly ok: true; readonly hex: string }
  | { readonly ok: false; readonly code: 'signature_missing' | 'signature_malformed' };

const HEX_64 = /^[0-9a-f]{64}$/i;

/**
 * Judges the form of a signature header before any cryptography: exactly 64 hex digits, of either case.
 *
 * Everything else is rejected here, because lenient decoders disagree on junk: `Buffer.from(x, 'hex')` stops silently at
 * the first bad digit and would accept a good signature with a tail.
 *
 * @param signature the value of the header, whatever it is
 */
export function checkSignatureForm(signature: unknown): SignatureForm {
  const given = signature ?? '';
  // JavaScript's `$` without the m flag matches only at the very end, so a trailing newline is rejected too.
  if (typeof given === 'string' && HEX_64.test(given)) return { ok: true, hex: given };
  const blank = typeof given === 'string' && given.trim() === '';
  return { ok: false, code: blank ? 'signature_missing' : 'signature_malformed' };
}
