import { hmacHex, sha256Hex } from '#runtime';
import { toHex } from '../../signature/bytes.js';
import { checkSignatureForm } from '../../signature/header-form.js';
import {
  type BodyVariant,
  type Digest,
  rawHmac,
  type Search,
  type SecretVariant,
  type SignatureReading,
  unique,
} from '../bounded-search.js';
import type { CauseCode } from '../causes/causes.js';
import {
  concat,
  decodeBase64,
  decodeHex,
  decodeLatin1,
  decodePercent,
  encode,
  normalized,
  trimEnd,
} from '../encodings.js';
import { copyOf } from '../input.js';
import { compactJson, memberOf, readJson } from '../json/reader.js';

const BY_LENGTH: ReadonlyMap<number, Digest> = new Map([
  [64, 'SHA-256'],
  [40, 'SHA-1'],
  [96, 'SHA-384'],
  [128, 'SHA-512'],
]);
const ALGORITHM: Readonly<Record<Digest, readonly CauseCode[]>> = {
  'SHA-256': [],
  'SHA-1': ['algorithm_sha1'],
  'SHA-384': ['algorithm_sha384'],
  'SHA-512': ['algorithm_sha512'],
};
// Fewer than 64 bits in common could be chance among thousands of hypotheses.
const MIN_PART = 16;
const MAX_HEADER = 4_096;
const MAX_READINGS = 12;
const LOOKALIKES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    а: 'a',
    с: 'c',
    е: 'e',
    А: 'A',
    В: 'B',
    С: 'C',
    Е: 'E',
    О: '0',
    о: '0',
    O: '0',
    o: '0',
    l: '1',
    I: '1',
  }),
);

/** Reads a header value as a digest in every way that makes sense, the plainest first. */
export function signatureReadings(signature: unknown): SignatureReading[] {
  const found: SignatureReading[] = [];
  const add = (reading: SignatureReading) => {
    const known = found.some(
      (other) => other.hex === reading.hex && other.digest === reading.digest && other.part === reading.part,
    );
    if (!known && found.length < MAX_READINGS) found.push(reading);
  };
  if (Array.isArray(signature)) {
    const values = signature.slice(0, 4).filter((value): value is string => typeof value === 'string');
    // A list of one is how Node's headersDistinct and Lambda's multiValueHeaders give a header that came once.
    const why: CauseCode = values.length > 1 ? 'signature_joined' : 'signature_not_text';
    for (const value of values) for (const reading of readText(value, [why])) add(reading);
    return found;
  }
  const bytes = typeof signature === 'object' ? copyOf(signature) : undefined;
  if (bytes !== undefined) {
    // 32 bytes are the digest itself; any other length is the header's text as bytes.
    if (bytes.length === 32) return [whole(toHex(bytes), ['signature_not_text'])];
    for (const reading of readText(decodeLatin1(bytes.subarray(0, MAX_HEADER)), ['signature_not_text'])) add(reading);
    return found;
  }
  if (typeof signature === 'string') for (const reading of readText(signature, [])) add(reading);
  return found;
}

function whole(hex: string, codes: readonly CauseCode[], digest: Digest = 'SHA-256'): SignatureReading {
  return { hex: hex.toLowerCase(), digest, part: 'whole', codes };
}

function* readText(value: string, codes: readonly CauseCode[]): Generator<SignatureReading> {
  const text = value.slice(0, MAX_HEADER);
  if (checkSignatureForm(text).ok) {
    yield whole(text, codes);
    return;
  }
  yield* readToken(text, codes);
  const trimmed = text.trim();
  if (trimmed !== text) yield* readToken(trimmed, [...codes, 'signature_whitespace']);
  if (/^["'`<[]/.test(trimmed) && /["'`>\]]$/.test(trimmed) && trimmed.length > 1) {
    yield* readToken(trimmed.slice(1, -1), [...codes, 'signature_quoted']);
  }
  const prefixed = /^[A-Za-z][\w-]{0,40}\s*[=:,]\s*|^[A-Za-z][\w-]{0,40} +|^v\d+[.:]/.exec(trimmed)?.[0];
  if (prefixed !== undefined) yield* readToken(trimmed.slice(prefixed.length).trim(), [...codes, 'signature_prefixed']);
  const named = /^X-VideoCloud-Signature\s*:\s*(\S+)/i.exec(trimmed)?.[1];
  if (named !== undefined) yield* readToken(named, [...codes, 'signature_prefixed']);
  const pieces = trimmed.split(/[\s,;]+/).filter((piece) => piece !== '');
  if (pieces.length > 1) {
    for (const piece of pieces.slice(0, 6)) {
      const at = piece.indexOf('=');
      const name = at > 0 && at < 12 && at < piece.length - 20 ? at + 1 : 0;
      const why: CauseCode = name > 0 ? 'signature_prefixed' : 'signature_joined';
      yield* readToken(piece.slice(name), [...codes, why]);
    }
  }
  if (/^([0-9a-f]{64})\1+$/i.test(trimmed)) yield whole(trimmed.slice(0, 64), [...codes, 'signature_joined']);
  const percent = text.includes('%') ? decodePercent(trimmed) : undefined;
  if (percent !== undefined) yield* readToken(percent, [...codes, 'signature_percent_encoded']);
  const inner = trimmed.replace(/[\s:\-\u200b-\u200d\u2060\ufeff]/g, '');
  if (inner !== trimmed) yield* readToken(inner, [...codes, 'signature_whitespace']);
  const ascii = Array.from(
    normalized(trimmed, 'NFKC') ?? '',
    (character) => LOOKALIKES.get(character) ?? character,
  ).join('');
  if (ascii !== trimmed && checkSignatureForm(ascii).ok) yield whole(ascii, [...codes, 'signature_lookalikes']);
  if (/^0x[0-9a-f]{64}$/i.test(trimmed)) yield whole(trimmed.slice(2), [...codes, 'signature_prefixed']);
}

function* readToken(token: string, codes: readonly CauseCode[]): Generator<SignatureReading> {
  const isHex = /^[0-9a-f]+$/i.test(token);
  const digest = isHex ? BY_LENGTH.get(token.length) : undefined;
  if (digest !== undefined) yield whole(token, [...codes, ...ALGORITHM[digest]], digest);
  const bytes = decodeBase64(token);
  if (bytes !== undefined) {
    const digestOfBytes = BY_LENGTH.get(bytes.length * 2);
    const strict = !isHex || token.length === 43 || token.length === 44;
    if (digestOfBytes !== undefined && strict) {
      yield whole(toHex(bytes), [...codes, 'signature_base64', ...ALGORITHM[digestOfBytes]], digestOfBytes);
    }
    const text = decodeLatin1(bytes);
    if (checkSignatureForm(text).ok) yield whole(text, [...codes, 'signature_encoded_twice']);
  }
  if (isHex && token.length === 128) {
    const text = decodeLatin1(decodeHex(token) ?? new Uint8Array());
    if (checkSignatureForm(text).ok) yield whole(text, [...codes, 'signature_encoded_twice']);
  }
  const head = /^[0-9a-f]{64}(?=[^\s,;])/i.exec(token)?.[0];
  if (head !== undefined && digest === undefined) yield whole(head, [...codes, 'signature_trailing_characters']);
  const tail = token.slice(-64);
  if (token.length > 64 && digest === undefined && /^[^\s,;]$/.test(token.charAt(token.length - 65))) {
    if (checkSignatureForm(tail).ok) yield whole(tail, [...codes, 'signature_prefixed']);
  }
  const cut = trimEnd(token, '.…');
  if (/^[0-9a-f]+$/i.test(cut) && cut.length >= MIN_PART && cut.length < 64) {
    const part = { hex: cut.toLowerCase(), digest: 'SHA-256', codes: [...codes, 'signature_truncated'] } as const;
    yield { ...part, part: 'head' };
    yield { ...part, part: 'tail' };
  }
}

// Limits the cost of using the body as a key.
const MAX_SWAPPED = 1024 * 1024;
const MAX_STAMP = 128;
const MAX_PARTS = 16;

/** Contents that other providers sign: a time, an id or both with the body (Stripe, Slack, Standard Webhooks). */
export function* framings(
  bytes: Uint8Array,
  stamps: readonly string[],
  text: string | undefined,
): Generator<BodyVariant> {
  const codes: CauseCode[] = ['signature_over_timestamp'];
  const all = unique([...stamps, ...envelopeStamps(text)]).filter((stamp) => stamp !== '');
  for (const stamp of all) {
    for (const separator of ['.', ':', '', '\n', '|', ' ']) {
      yield { bytes: concat(encode(stamp + separator), bytes), codes };
      yield { bytes: concat(bytes, encode(separator + stamp)), codes };
    }
    yield { bytes: concat(encode(`v0:${stamp}:`), bytes), codes };
    yield { bytes: concat(encode(`v1:${stamp}:`), bytes), codes };
    for (const other of all) {
      if (other !== stamp) yield { bytes: concat(encode(`${other}.${stamp}.`), bytes), codes };
    }
  }
}

function envelopeStamps(text: string | undefined): string[] {
  const member = text === undefined ? undefined : memberOf(readJson(text)?.root, 'timestamp');
  if (member?.kind !== 'string' || member.value.length > MAX_STAMP) return [];
  const stamp = member.value;
  const instant = Date.parse(stamp);
  if (Number.isNaN(instant)) return [stamp];
  return [stamp, String(Math.floor(instant / 1_000)), String(instant), new Date(instant).toISOString()];
}

/** Contents signed by mistake: a part of the body, its digest, or the text of a missing variable. */
export async function* otherContents(bytes: Uint8Array, text: string | undefined): AsyncGenerator<BodyVariant> {
  const names = ['', '{}', 'null', 'undefined', '[object Object]', '""', '[]', '[object Promise]'];
  for (const name of names) {
    if (name !== text) yield { bytes: encode(name), codes: ['signature_without_body'] };
  }
  const digest = await sha256Hex(bytes);
  yield { bytes: encode(digest), codes: ['signature_over_digest'] };
  if (text === undefined || text.length > 65_536) return;
  const root = readJson(text)?.root;
  if (root?.kind !== 'object') return;
  for (const { value } of root.members.slice(0, MAX_PARTS)) {
    const part = value.kind === 'string' ? value.value : compactJson(value.source);
    if (part !== undefined) yield { bytes: encode(part), codes: ['signature_over_part'] };
  }
  yield { bytes: encode(JSON.stringify(text)), codes: ['body_json_decoded'] };
}

/** Digests made wrongly: without a key, with the key concatenated, or with swapped arguments. */
export async function misusedHash(
  search: Search,
  bytes: Uint8Array,
  secrets: readonly SecretVariant[],
): Promise<readonly CauseCode[] | undefined> {
  const proven = (hex: string, ...codes: CauseCode[]) => {
    const reading = search.digestIs(hex);
    return reading === undefined ? undefined : [...codes, ...reading.codes];
  };
  const bare = proven(await sha256Hex(bytes), 'signature_without_key');
  if (bare !== undefined) return bare;
  const empty = proven(await rawHmac('SHA-256', '', bytes), 'secret_missing_at_sender');
  if (empty !== undefined) return empty;
  for (const { secret } of secrets) {
    if (search.exhausted) return undefined;
    search.spend(bytes.length * 8);
    const key = typeof secret === 'string' ? encode(secret) : secret;
    for (const glued of [
      concat(key, bytes),
      concat(bytes, key),
      concat(key, encode('.'), bytes),
      concat(key, encode(':'), bytes),
    ]) {
      const found = proven(await sha256Hex(glued), 'signature_without_hmac');
      if (found !== undefined) return found;
    }
    if (bytes.length > 0 && bytes.length <= MAX_SWAPPED) {
      const found = proven(await rawHmac('SHA-256', bytes, key), 'signature_arguments_swapped');
      if (found !== undefined) return found;
    }
    const nested = proven(await hmacHex(secret, encode(await hmacHex(secret, bytes))), 'signature_over_digest');
    if (nested !== undefined) return nested;
  }
  return undefined;
}
