import { fromBase64 } from '@videocloud/local-web/page';

/** How to read what was given: recognize it, or take it as a body in this spelling. */
export const INPUT_KINDS = ['auto', 'body', 'hex', 'base64'] as const;

/** One of {@link INPUT_KINDS}. */
export type InputKind = (typeof INPUT_KINDS)[number];

/** The longest request that is read, in bytes of a file or characters of a text. */
export const MOST_READ = 8 * 1024 * 1024;

/** The longest pasted text that goes into the text field: on more, browsers stall. */
export const MOST_SHOWN = 100_000;

/** The bytes that a text stands for; undefined where it is no hexadecimal or base64. */
export function bytesOf(text: string, kind: InputKind): Uint8Array | undefined {
  if (kind === 'hex') return fromHex(text.replace(/\s+/g, ''));
  if (kind === 'base64') return decoded(text.replace(/\s+/g, ''));
  return new TextEncoder().encode(text);
}

/**
 * The text to read: as it was pasted, where the field still holds it.
 *
 * A text field turns CRLF and CR into LF, which would change the bytes.
 */
export function exactText(shown: string, pasted: string): string {
  return pasted.replace(/\r\n?/g, '\n') === shown ? pasted : shown;
}

function fromHex(digits: string): Uint8Array | undefined {
  if (digits.length % 2 !== 0 || /[^0-9a-f]/i.test(digits)) return undefined;
  return Uint8Array.from({ length: digits.length / 2 }, (_, at) =>
    Number.parseInt(digits.slice(at * 2, at * 2 + 2), 16),
  );
}

function decoded(text: string): Uint8Array | undefined {
  try {
    return fromBase64(text.replaceAll('-', '+').replaceAll('_', '/'));
  } catch {
    return undefined;
  }
}
