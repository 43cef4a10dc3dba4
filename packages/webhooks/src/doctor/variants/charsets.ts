import { decodeUtf8 } from '#runtime';
import { decodeLatin1, encode, encodeLatin1, normalized } from '../encodings.js';
import type { BodyVariant } from './variant.js';

// The single-byte sets that proxies and old servers assume: Western European and, for Russian text, Cyrillic.
const SINGLE_BYTE = ['windows-1252', 'windows-1251', 'koi8-r'];

/** The bodies that, read or written in a wrong character set, come out as these bytes. */
export function* charsetVariants(bytes: Uint8Array, text: string | undefined): Generator<BodyVariant> {
  if (text === undefined) {
    yield* fromSingleByte(bytes);
    yield* fromUtf16(bytes);
    return;
  }
  if (!/[^\0-\x7f]/.test(text)) {
    if (text.includes('\0')) yield* fromUtf16(bytes);
    return;
  }
  const undone = encodeLatin1(text);
  if (undone !== undefined) yield doubled(undone);
  for (const label of SINGLE_BYTE) {
    const mapped = encodeWith(label, text);
    if (mapped !== undefined) yield doubled(mapped);
  }
  yield { bytes: encode(decodeLatin1(bytes)), codes: ['body_charset_changed'] };
  for (const form of ['NFC', 'NFD'] as const) {
    const other = normalized(text, form);
    if (other !== undefined && other !== text) yield { bytes: encode(other), codes: ['body_unicode_normalized'] };
  }
}

/** Valid UTF-8 underneath means it was encoded twice; anything else, that the sender used the single-byte set. */
function doubled(bytes: Uint8Array): BodyVariant {
  return { bytes, codes: [decodeUtf8(bytes) === undefined ? 'body_charset_changed' : 'body_double_encoded'] };
}

function* fromSingleByte(bytes: Uint8Array): Generator<BodyVariant> {
  yield { bytes: encode(decodeLatin1(bytes)), codes: ['body_charset_changed'] };
  for (const label of SINGLE_BYTE) {
    const decoder = decoderOf(label);
    if (decoder !== undefined) yield { bytes: encode(decoder.decode(bytes)), codes: ['body_charset_changed'] };
  }
}

function* fromUtf16(bytes: Uint8Array): Generator<BodyVariant> {
  for (const label of ['utf-16le', 'utf-16be']) {
    const decoder = decoderOf(label);
    if (decoder !== undefined) yield { bytes: encode(decoder.decode(bytes)), codes: ['body_charset_changed'] };
  }
}

function encodeWith(label: string, text: string): Uint8Array | undefined {
  const decoder = decoderOf(label);
  if (decoder === undefined) return undefined;
  const table = new Map(
    Array.from(decoder.decode(Uint8Array.from({ length: 256 }, (_, code) => code)), (c, i) => [c, i]),
  );
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) {
    const code = table.get(text[index] ?? '');
    if (code === undefined) return undefined;
    bytes[index] = code;
  }
  return bytes;
}

/** A runtime may know UTF-8 only (Node built without ICU, small edge runtimes); then that hypothesis is left out. */
function decoderOf(label: string): InstanceType<typeof TextDecoder> | undefined {
  try {
    return new TextDecoder(label);
  } catch {
    return undefined;
  }
}
