import { decodeUtf8 } from '#runtime';
import type { BodyVariant } from '../bounded-search.js';
import type { CauseCode } from '../causes/causes.js';
import { concat, decodeLatin1, encode, encodeLatin1, normalized } from '../encodings.js';
import { wrappings } from './wrapped-body.js';

const BOM = Uint8Array.of(0xef, 0xbb, 0xbf);
const LF = Uint8Array.of(10);
const CRLF = Uint8Array.of(13, 10);
// More brackets than this are not open in any event.
const MAX_CLOSERS = 64;

/** Bodies that one common mistake turns into these bytes, likeliest first. Re-serialization is elsewhere. */
export function* bodyVariants(bytes: Uint8Array): Generator<BodyVariant> {
  yield* edges(bytes);
  const text = decodeUtf8(bytes);
  if (text !== undefined) {
    yield* lines(text);
    yield* wrappings(text);
  }
  yield* charsetVariants(bytes, text);
  yield* repeats(bytes);
  if (text !== undefined) yield* cuts(text);
}

/** What was added or stripped at either end. */
export function* edges(bytes: Uint8Array): Generator<BodyVariant> {
  const of = (variant: Uint8Array, ...codes: CauseCode[]): BodyVariant => ({ bytes: variant, codes });
  const last = bytes.at(-1);
  if (last === 10) yield of(bytes.subarray(0, bytes.at(-2) === 13 ? -2 : -1), 'body_newline_added');
  if (last === 10 && bytes.at(-2) === 13) yield of(bytes.subarray(0, -1), 'body_newline_added');
  yield of(concat(bytes, LF), 'body_newline_stripped');
  yield of(concat(bytes, CRLF), 'body_newline_stripped');
  if (hasBom(bytes)) yield of(bytes.subarray(3), 'body_bom_added');
  else yield of(concat(BOM, bytes), 'body_bom_stripped');
  let start = 0;
  let end = bytes.length;
  while (start < end && isSpace(bytes[start])) start++;
  while (end > start && isSpace(bytes[end - 1])) end--;
  if (start > 0 || end < bytes.length) yield of(bytes.subarray(start, end), 'body_space_added');
  let zeros = bytes.length;
  while (zeros > 0 && bytes[zeros - 1] === 0) zeros--;
  if (zeros < bytes.length) yield of(bytes.subarray(0, zeros), 'body_trailing_bytes');
  yield of(concat(bytes, Uint8Array.of(32)), 'body_space_stripped');
  yield of(concat(LF, bytes), 'body_newline_stripped');
  yield of(concat(bytes, LF, LF), 'body_newline_stripped');
}

function hasBom(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 32 || byte === 9 || byte === 10 || byte === 13;
}

function* lines(text: string): Generator<BodyVariant> {
  if (!text.includes('\n')) return;
  const unix = text.replace(/\r\n/g, '\n');
  const others = [unix, unix.replace(/\n/g, '\r\n'), text.replace(/\n+/g, ''), text.replace(/\r?\n/g, ' ')];
  for (const other of others) {
    if (other !== text) yield { bytes: encode(other), codes: ['body_line_endings_changed'] };
  }
}

/** Completes a body that was cut, or removes text after its end. */
function* cuts(text: string): Generator<BodyVariant> {
  const { closers, end } = scan(text);
  if (closers !== '' && closers.length <= MAX_CLOSERS) {
    for (const tail of [closers, `"${closers}`, `${closers}\n`]) {
      yield { bytes: encode(text + tail), codes: ['body_truncated'] };
    }
  }
  if (end > 0 && text.slice(end).trim() !== '') {
    yield { bytes: encode(text.slice(0, end)), codes: ['body_trailing_bytes'] };
  }
}

/** The brackets that would close the text, and where its first value ends (0 when it does not end). */
export function scan(text: string): { readonly closers: string; readonly end: number } {
  const open: string[] = [];
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (quoted) {
      if (character === '\\') at++;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === '{') open.push('}');
    else if (character === '[') open.push(']');
    else if (character === '}' || character === ']') {
      if (open.pop() !== character) return { closers: '', end: 0 };
      if (open.length === 0) return { closers: '', end: at + 1 };
    }
  }
  const closers = open.reverse().join('');
  return { closers: quoted ? `"${closers}` : closers, end: 0 };
}

function* repeats(bytes: Uint8Array): Generator<BodyVariant> {
  const half = bytes.length / 2;
  if (half < 1 || !Number.isInteger(half)) return;
  for (let at = 0; at < half; at++) if (bytes[at] !== bytes[at + half]) return;
  yield { bytes: bytes.subarray(0, half), codes: ['body_repeated'] };
}

// The single-byte sets that proxies and old servers assume: Western European and, for Russian text, Cyrillic.
const SINGLE_BYTE = ['windows-1252', 'windows-1251', 'koi8-r'];

/** Bodies that become these bytes when they are read or written in a wrong character set. */
function* charsetVariants(bytes: Uint8Array, text: string | undefined): Generator<BodyVariant> {
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

/** Valid UTF-8 means that the body was encoded twice; other bytes, that the sender used the single-byte set. */
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

/** Undefined on a runtime that lacks the character set, such as Node without ICU. */
function decoderOf(label: string): InstanceType<typeof TextDecoder> | undefined {
  try {
    return new TextDecoder(label);
  } catch {
    return undefined;
  }
}
