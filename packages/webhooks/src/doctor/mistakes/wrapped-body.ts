import type { BodyVariant, Search } from '../bounded-search.js';
import type { CauseCode } from '../causes/causes.js';
import { concat, decodeBase64, decodeHex, decodePercent, encode, encodeBase64 } from '../encodings.js';
import { compactJson, type JsonMember, type JsonNode, memberOf, readJson } from '../json/reader.js';

const MAX_MEMBERS = 32;
const MAX_BASE64 = 65_536;
const DOCUMENT = /^\s*[{[]/;

/** Bodies that a gateway, a form parser or a second JSON.stringify may have wrapped into this text. */
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
  if (/&(?:quot|amp|lt|gt|#\d{1,7}|#x[0-9a-f]{1,6});/i.test(text)) {
    yield { bytes: encode(unescapeHtml(text)), codes: ['body_html_escaped'] };
  }
  const slashes = text.replace(/\\(["'\\])/g, '$1');
  if (slashes !== text && trimmed.startsWith('{\\"')) {
    yield { bytes: encode(slashes), codes: ['body_json_encoded_twice'] };
  }
  if (text.length <= MAX_BASE64) yield { bytes: encode(encodeBase64(encode(text))), codes: ['body_base64_decoded'] };
}

function* forms(text: string): Generator<BodyVariant> {
  const of = (body: string, code: CauseCode): BodyVariant => ({ bytes: encode(body), codes: [code] });
  if (/%[0-9a-f]{2}/i.test(text)) {
    const pairs = text.endsWith('=') ? text.slice(0, -1) : text;
    const plain = decodePercent(pairs.replace(/\+/g, ' '));
    if (plain !== undefined) yield of(plain, 'body_form_encoded');
    const kept = decodePercent(pairs);
    if (kept !== undefined && kept !== plain) yield of(kept, 'body_form_encoded');
    for (const pair of text.split('&', MAX_MEMBERS)) {
      const value = decodePercent(pair.slice(pair.indexOf('=') + 1).replace(/\+/g, ' '));
      if (pair.includes('=') && value) yield of(value, 'body_form_encoded');
    }
  } else if (/^[\w-]{1,256}=[{[]/.test(text)) yield of(text.slice(text.indexOf('=') + 1), 'body_form_encoded');
  if (text.endsWith('}=') && text.trimStart().startsWith('{')) yield of(text.slice(0, -1), 'body_form_encoded');
  // A form decoder turns + into a space, which can be undone, and %41 into A, which cannot.
  if (text.includes(' ')) yield { bytes: spacesAsPlus(text), codes: ['body_form_decoded'] };
  const zone = text.replace(/(T\d\d:\d\d:\d\d(?:\.\d{1,12})?) (\d\d:\d\d")/g, '$1+$2');
  if (zone !== text) yield of(zone, 'body_form_decoded');
}

/** Works on bytes: a text with a million matches is slow to rewrite. */
function spacesAsPlus(text: string): Uint8Array {
  return encode(text).map((byte) => (byte === 32 ? 43 : byte));
}

function* jsonString(text: string): Generator<BodyVariant> {
  let inner = text;
  for (let depth = 0; depth < 3; depth++) {
    // Checked before parsing: nearly every body is an object.
    const root = inner.trimStart().startsWith('"') ? readJson(inner)?.root : undefined;
    if (root?.kind !== 'string') return;
    inner = root.value;
    yield { bytes: encode(inner), codes: ['body_json_encoded_twice'] };
    const bytes = decodeBase64(inner);
    if (bytes !== undefined) yield { bytes, codes: ['body_base64_encoded'] };
  }
}

/** Takes the body out of a document that carries it (Lambda, SNS, queues), or of a form parsed into an object. */
function* envelopes(text: string): Generator<BodyVariant> {
  const root = readJson(text)?.root;
  if (root?.kind !== 'object') return;
  for (const { key, value } of root.members.slice(0, MAX_MEMBERS)) {
    if (value.kind === 'string') {
      if (DOCUMENT.test(key.value)) {
        yield* parsedForm(root.members);
        return;
      }
      // Any other text is a member of the event itself: a sender that signed it signed a part.
      if (DOCUMENT.test(value.value)) yield { bytes: encode(value.value), codes: ['body_wrapped'] };
      const bytes = value.value.length > 20 ? decodeBase64(value.value) : undefined;
      if (bytes !== undefined) yield { bytes, codes: ['body_wrapped'] };
    } else if (value.kind === 'object') {
      const inner = memberOf(value, 'event') === undefined ? undefined : compactJson(value.source);
      if (inner !== undefined) yield { bytes: encode(inner), codes: ['body_wrapped'] };
      yield* byteList(memberOf(value, 'data'));
    }
  }
  // `JSON.stringify(buffer)`: Node's Buffer becomes `{"type":"Buffer","data":[…]}`.
  if (memberOf(root, 'type')?.kind === 'string') yield* byteList(memberOf(root, 'data'));
  // `JSON.stringify(uint8Array)` becomes `{"0":123,"1":34,…}`.
  if (root.members[0]?.key.value === '0') yield* byteValues(root.members.map(({ value }) => value));
}

/** Rebuilds a JSON body that a form parser split at `=` and `&`. */
function* parsedForm(members: readonly JsonMember[]): Generator<BodyVariant> {
  const pairs = members.map(({ key, value }) =>
    value.kind === 'string' && value.value !== '' ? `${key.value}=${value.value}` : key.value,
  );
  const form = pairs.join('&');
  yield { bytes: encode(form), codes: ['body_form_decoded'] };
  yield { bytes: encode(form.replace(/ /g, '+')), codes: ['body_form_decoded'] };
}

function* byteList(node: JsonNode | undefined): Generator<BodyVariant> {
  if (node?.kind === 'array') yield* byteValues(node.items);
}

function* byteValues(nodes: readonly JsonNode[]): Generator<BodyVariant> {
  const bytes = new Uint8Array(nodes.length);
  for (const [at, node] of nodes.entries()) {
    if (node.kind !== 'number' || !/^\d{1,3}$/.test(node.source) || Number(node.source) > 255) return;
    bytes[at] = Number(node.source);
  }
  if (bytes.length > 0) yield { bytes, codes: ['body_bytes_as_json'] };
}

/** Removes HTTP headers or chunk framing from the body. */
function* transport(text: string): Generator<BodyVariant> {
  if (/^(?:POST|PUT) \S{1,8192} HTTP\/|^[\w-]{1,256}: [^\n]*\n/.test(text)) {
    const blank = /\r?\n\r?\n/.exec(text);
    if (blank !== null)
      yield { bytes: encode(text.slice(blank.index + blank[0].length)), codes: ['body_with_headers'] };
  }
  if (!/^[0-9a-f]{1,8}\r\n/i.test(text)) return;
  const bytes = unchunked(encode(text));
  if (bytes !== undefined) yield { bytes, codes: ['body_chunk_framed'] };
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
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w{1,8}));/gi,
    (whole, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) return ENTITIES.get(name.toLowerCase()) ?? whole;
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}

const MAX_SIZE_DIGITS = 8;

/**
 * Removes the framing of `Transfer-Encoding: chunked`; undefined when there is no chunk.
 *
 * It only moves forward: a size is digits and never negative, and a chunk longer than the rest is cut.
 */
function unchunked(bytes: Uint8Array): Uint8Array | undefined {
  const parts: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length) {
    const size = sizeAt(bytes, at);
    const line = bytes.indexOf(10, at);
    if (size === undefined || size === 0 || line < 0) break;
    parts.push(bytes.subarray(line + 1, line + 1 + size));
    at = line + 1 + size;
    if (bytes[at] === 13) at++;
    if (bytes[at] === 10) at++;
  }
  return parts.length > 0 ? concat(...parts) : undefined;
}

/** The number in hex digits at the start of a line. */
function sizeAt(bytes: Uint8Array, at: number): number | undefined {
  let size: number | undefined;
  for (let digit = at; digit < at + MAX_SIZE_DIGITS; digit++) {
    const value = Number.parseInt(String.fromCharCode(bytes[digit] ?? 0), 16);
    if (Number.isNaN(value)) break;
    size = (size ?? 0) * 16 + value;
  }
  return size;
}

type Format = 'gzip' | 'deflate' | 'deflate-raw';
const MAX_INFLATED = 1024 * 1024;

/** Inflates compressed bytes, up to 1 MiB: a bomb costs no more. */
export async function inflated(search: Search, bytes: Uint8Array): Promise<BodyVariant[]> {
  const formats: Format[] = [];
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) formats.push('gzip');
  else if (((bytes[0] ?? 0) & 0x0f) === 8 && ((bytes[0] ?? 0) * 256 + (bytes[1] ?? 0)) % 31 === 0)
    formats.push('deflate');
  else if (bytes.length > 0 && bytes[0] !== 0x7b) formats.push('deflate-raw');
  const found: BodyVariant[] = [];
  for (const format of formats) {
    const out = await through(search, bytes, new DecompressionStream(format));
    if (out !== undefined && out.length > 0) found.push({ bytes: out, codes: ['body_compressed'] });
  }
  return found;
}

/** Compresses the bytes as a sender would. Exact only for the same compressor at its default level. */
export async function deflated(search: Search, bytes: Uint8Array): Promise<BodyVariant[]> {
  const gzip = await through(search, bytes, new CompressionStream('gzip'));
  if (gzip === undefined) return [];
  const found: BodyVariant[] = [];
  // Byte 8 names the level and byte 9 the operating system; compressors differ there with the same result.
  for (const system of [3, 255, 19, 10, 0]) {
    for (const level of [0, 2, 4]) {
      const variant = gzip.slice();
      variant[8] = level;
      variant[9] = system;
      found.push({ bytes: variant, codes: ['body_decompressed'] });
    }
  }
  const zlib = await through(search, bytes, new CompressionStream('deflate'));
  if (zlib !== undefined) found.push({ bytes: zlib, codes: ['body_decompressed'] });
  return found;
}

async function through(
  search: Search,
  bytes: Uint8Array,
  stream: CompressionStream | DecompressionStream,
): Promise<Uint8Array | undefined> {
  const writer = stream.writable.getWriter();
  const reader = stream.readable.getReader();
  // Not awaited before reading: a full pipe would never drain. On bad input both fail, and the reader's error counts.
  const writing = writer.write(Uint8Array.from(bytes)).then(() => writer.close());
  writing.catch(() => undefined);
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return concat(...chunks);
      size += value.length;
      search.spend(value.length);
      if (size > MAX_INFLATED || search.exhausted) {
        await reader.cancel();
        return undefined;
      }
      chunks.push(value);
    }
  } catch {
    return undefined;
  }
}
