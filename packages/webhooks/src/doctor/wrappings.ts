import type { CauseCode } from './causes.js';
import { memberOf, parseJson } from './json-tree.js';
import { decodeBase64, decodeHex, decodePercent, encode, encodeBase64 } from './text.js';
import type { BodyVariant } from './variant.js';

const MAX_MEMBERS = 32;

/** The bodies that a gateway, a form parser or a second JSON.stringify may have wrapped into this text. */
export function* wrappings(text: string): Generator<BodyVariant> {
  const trimmed = text.trim();
  const encoded = decodeBase64(trimmed);
  if (encoded !== undefined) yield { bytes: encoded, codes: ['body_base64_encoded'] };
  const hex = decodeHex(trimmed);
  if (hex !== undefined) yield { bytes: hex, codes: ['body_hex_encoded'] };
  yield* forms(text);
  if (trimmed.startsWith('"')) yield* jsonString(trimmed);
  if (trimmed.startsWith('{')) yield* envelopes(trimmed);
  yield* transport(text);
  if (/&(?:quot|amp|lt|gt|#\d+|#x[0-9a-f]+);/i.test(text)) {
    yield { bytes: encode(unescapeHtml(text)), codes: ['body_html_escaped'] };
  }
  const slashes = text.replace(/\\(["'\\])/g, '$1');
  if (slashes !== text && /^\s*\{\\"/.test(text)) yield { bytes: encode(slashes), codes: ['body_json_encoded_twice'] };
  if (text.length <= 65_536) yield { bytes: encode(encodeBase64(encode(text))), codes: ['body_base64_decoded'] };
}

function* forms(text: string): Generator<BodyVariant> {
  const of = (body: string, code: CauseCode): BodyVariant => ({ bytes: encode(body), codes: [code] });
  if (/%[0-9a-f]{2}/i.test(text)) {
    const pairs = text.replace(/=$/, '');
    const plain = decodePercent(pairs.replace(/\+/g, ' '));
    if (plain !== undefined) yield of(plain, 'body_form_encoded');
    const kept = decodePercent(pairs);
    if (kept !== undefined && kept !== plain) yield of(kept, 'body_form_encoded');
    for (const pair of text.split('&').slice(0, MAX_MEMBERS)) {
      const value = decodePercent(pair.slice(pair.indexOf('=') + 1).replace(/\+/g, ' '));
      if (pair.includes('=') && value) yield of(value, 'body_form_encoded');
    }
  } else if (/^[\w-]+=[{[]/.test(text)) yield of(text.slice(text.indexOf('=') + 1), 'body_form_encoded');
  if (/^\s*\{[\s\S]*\}=$/.test(text)) yield of(text.slice(0, -1), 'body_form_encoded');
  // A form decoder turns every + into a space and %41 into A; only the former can be undone.
  if (text.includes(' ')) yield { bytes: spacesAsPlus(text), codes: ['body_form_decoded'] };
  const zone = text.replace(/(T\d\d:\d\d:\d\d(?:\.\d+)?) (\d\d:\d\d")/g, '$1+$2');
  if (zone !== text) yield of(zone, 'body_form_decoded');
}

/** On the bytes: a text with a million matches is slow to rewrite. */
function spacesAsPlus(text: string): Uint8Array {
  return encode(text).map((byte) => (byte === 32 ? 43 : byte));
}

function* jsonString(text: string): Generator<BodyVariant> {
  let inner = text;
  for (let depth = 0; depth < 3; depth++) {
    // Looked at before it is parsed: nearly every body is an object.
    const root = /^\s*"/.test(inner) ? parseJson(inner)?.root : undefined;
    if (root?.kind !== 'string') return;
    inner = root.value;
    yield { bytes: encode(inner), codes: ['body_json_encoded_twice'] };
    const bytes = decodeBase64(inner);
    if (bytes !== undefined) yield { bytes, codes: ['body_base64_encoded'] };
  }
}

/** A document that carries the body in a member, as Lambda, SNS and queues do, or a form parsed into an object. */
function* envelopes(text: string): Generator<BodyVariant> {
  const document = parseJson(text);
  if (document?.root.kind !== 'object') return;
  const members = document.root.members;
  for (const { key, value } of members.slice(0, MAX_MEMBERS)) {
    if (value.kind === 'string') {
      if (/^\s*[{[]/.test(key.value)) {
        const joined = members.map((m) => (m.value.kind === 'string' ? [m.key.value, m.value.value] : [m.key.value]));
        const parsed = joined.map(([name, content]) => (content ? `${name}=${content}` : name)).join('&');
        yield { bytes: encode(parsed), codes: ['body_form_decoded'] };
        yield { bytes: encode(parsed.replace(/ /g, '+')), codes: ['body_form_decoded'] };
        return;
      }
      yield { bytes: encode(value.value), codes: ['body_wrapped'] };
      const bytes = value.value.length > 20 ? decodeBase64(value.value) : undefined;
      if (bytes !== undefined) yield { bytes, codes: ['body_wrapped'] };
    } else if (value.kind === 'object') {
      if (memberOf(value, 'event') !== undefined) {
        const parsed: unknown = JSON.parse(text);
        const inner: unknown = Object.entries(parsed as object).find(([name]) => name === key.value)?.[1];
        yield { bytes: encode(JSON.stringify(inner)), codes: ['body_wrapped'] };
      }
      const data = memberOf(value, 'data');
      if (memberOf(value, 'type')?.kind === 'string' && data?.kind === 'array') yield* nodeBuffer(text, key.value);
    }
  }
  if (memberOf(document.root, 'type')?.kind === 'string') yield* nodeBuffer(text);
  yield* indexed(text);
}

/** `JSON.stringify(buffer)`: Node's Buffer becomes `{"type":"Buffer","data":[…]}`. */
function* nodeBuffer(text: string, member?: string): Generator<BodyVariant> {
  const parsed: unknown = JSON.parse(text);
  const holder: unknown =
    member === undefined ? parsed : Object.entries(parsed as object).find(([k]) => k === member)?.[1];
  const data = (holder as { data?: unknown }).data;
  if (Array.isArray(data) && data.every(isByte)) {
    yield { bytes: Uint8Array.from(data), codes: ['body_bytes_as_json'] };
  }
}

/** `JSON.stringify(uint8Array)` becomes `{"0":123,"1":34,…}`. */
function* indexed(text: string): Generator<BodyVariant> {
  if (!/^\{"0":\d/.test(text)) return;
  const values: unknown[] = Object.values(JSON.parse(text) as object);
  if (values.every(isByte)) yield { bytes: Uint8Array.from(values), codes: ['body_bytes_as_json'] };
}

function isByte(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 255;
}

/** Framing of HTTP that belongs around a body, not in it. */
function* transport(text: string): Generator<BodyVariant> {
  if (/^(?:POST|PUT) \S+ HTTP\/|^[\w-]+: .*\r?\n/.test(text)) {
    const blank = /\r?\n\r?\n/.exec(text);
    if (blank !== null)
      yield { bytes: encode(text.slice(blank.index + blank[0].length)), codes: ['body_with_headers'] };
  }
  const first = /^[0-9a-f]{1,8}\r\n/i.exec(text);
  if (first === null) return;
  // Chunk sizes count bytes: one character must be one byte while they are cut.
  const bytes = encode(text);
  const parts: number[] = [];
  let at = 0;
  for (;;) {
    let line = at;
    while (line < bytes.length && bytes[line] !== 13) line++;
    const size = Number.parseInt(String.fromCharCode(...bytes.subarray(at, Math.min(line, at + 9))), 16);
    if (!Number.isFinite(size) || size === 0) break;
    for (const byte of bytes.subarray(line + 2, line + 2 + size)) parts.push(byte);
    at = line + 2 + size + 2;
  }
  if (parts.length > 0) yield { bytes: Uint8Array.from(parts), codes: ['body_chunk_framed'] };
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['quot', '"'],
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['apos', "'"],
]);

function unescapeHtml(text: string): string {
  return text.replace(
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w+));/gi,
    (whole, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) return ENTITIES.get(name.toLowerCase()) ?? whole;
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}
