import { decodeUtf8 } from '#runtime';
import { toHex } from '../../signature/bytes.js';
import type { Secret } from '../../signature/secrets.js';
import type { SecretVariant } from '../bounded-search.js';
import type { CauseCode } from '../causes/causes.js';
import {
  decodeBase64,
  decodeHex,
  decodePercent,
  encode,
  encodeBase64,
  encodeBase64Url,
  encodeLatin1,
  encodePercent,
  normalized,
  trimEnd,
} from '../encodings.js';

const MAX_CUTS = 128;
// A longer secret gets no variants: each of them costs as much again.
const MAX_LENGTH = 4_096;
const QUOTES = '"\'`';

/** Keys that one mistake in copying or decoding turns into this secret, likeliest first. */
export function* secretVariants(secret: Secret): Generator<SecretVariant> {
  if (secret.length > MAX_LENGTH) return;
  const text = typeof secret === 'string' ? secret : decodeUtf8(secret);
  if (text === undefined) {
    if (typeof secret !== 'string') yield* ofBytes(secret);
    return;
  }
  yield* spaced(text);
  yield* quoted(text);
  yield* prefixed(text);
  yield* encodings(text);
  const cased = [text.toLowerCase(), text.toUpperCase()].filter((variant) => variant !== text);
  for (const variant of cased) yield of(variant, 'secret_case');
}

function of(secret: Secret, ...codes: CauseCode[]): SecretVariant {
  return { secret, codes };
}

function* spaced(text: string): Generator<SecretVariant> {
  const trimmed = text.replace(/(?:\\r)?\\n$/, '').trim();
  if (trimmed !== text) yield of(trimmed, 'secret_whitespace');
  for (const end of ['\n', '\r\n', ' ', '\t']) yield of(text + end, 'secret_whitespace');
  yield of(` ${text}`, 'secret_whitespace');
  const spaceless = text.replace(/[\s\u200b-\u200d\u2060\ufeff]/g, '');
  if (spaceless !== text && spaceless !== trimmed) yield of(spaceless, 'secret_whitespace');
}

function* quoted(text: string): Generator<SecretVariant> {
  const unquoted = unquote(text);
  if (unquoted !== undefined) yield of(unquoted, 'secret_quoted');
  const half = text.replace(/^["'`]|["'`]$/g, '');
  if (half !== text && half !== unquoted) yield of(half, 'secret_quoted');
  for (const quote of QUOTES) yield of(quote + text + quote, 'secret_quoted');
  const bracket = '<{[('.indexOf(text.charAt(0));
  if (text.length > 2 && bracket >= 0 && text.endsWith('>}])'.charAt(bracket))) {
    yield of(text.slice(1, -1), 'secret_quoted');
  }
}

/** The text between quotes, without white space and a semicolon around them. */
function unquote(text: string): string | undefined {
  let inner = text.trim();
  if (inner.endsWith(';')) inner = inner.slice(0, -1).trimEnd();
  const quote = inner.charAt(0);
  return inner.length >= 2 && QUOTES.includes(quote) && inner.endsWith(quote) ? inner.slice(1, -1) : undefined;
}

function* prefixed(text: string): Generator<SecretVariant> {
  const named = /^(?:export\s{1,8})?[A-Za-z_]\w{0,63}\s{0,8}[=:]\s{0,8}(?=.)/.exec(text)?.[0];
  if (named !== undefined) {
    const rest = text.slice(named.length);
    yield of(rest, 'secret_with_name');
    yield of(unquote(rest) ?? rest.trim(), 'secret_with_name');
  }
  const prefix = /^(?:[A-Za-z]{1,12}_(?:live_|test_)?|[A-Za-z]{1,32} |v1,)(?=.)/.exec(text)?.[0];
  if (prefix !== undefined) {
    const rest = text.slice(prefix.length);
    yield of(rest, 'secret_prefixed');
    const decoded = decodeBase64(rest);
    if (decoded !== undefined) yield of(decoded, 'secret_prefixed', 'secret_base64');
  }
  for (const lost of ['whsec_', 'whk_', 'sk_', 'secret_', 'Bearer ']) yield of(lost + text, 'secret_prefix_missing');
}

function* encodings(text: string): Generator<SecretVariant> {
  const bytes = encode(text);
  const hex = decodeHex(text);
  if (hex !== undefined) yield of(hex, 'secret_hex');
  const base64 = decodeBase64(text);
  if (base64 !== undefined) yield of(base64, 'secret_base64');
  yield of(toHex(bytes), 'secret_hex');
  const encoded = encodeBase64(bytes);
  yield of(encoded, 'secret_base64');
  yield of(encodeBase64Url(bytes), 'secret_base64');
  yield of(`${encoded}\n`, 'secret_base64');
  // The two alphabets of base64, and its padding, are lost in copying and in URLs.
  for (const variant of [
    text.replace(/-/g, '+').replace(/_/g, '/'),
    text.replace(/\+/g, '-').replace(/\//g, '_'),
    trimEnd(text, '='),
    `${text}=`,
    `${text}==`,
  ]) {
    if (variant !== text) yield of(variant, 'secret_base64');
  }
  for (const variant of [decodePercent(text), encodePercent(text), text.replace(/ /g, '+'), text.replace(/\+/g, ' ')]) {
    if (variant !== undefined && variant !== text) yield of(variant, 'secret_url_encoded');
  }
  const unescaped = text.replace(/\\(.)/g, '$1');
  if (unescaped !== text) yield of(unescaped, 'secret_quoted');
  const comment = /\s#/.exec(text);
  if (comment !== null) yield of(text.slice(0, comment.index).trimEnd(), 'secret_extra_characters');
  const latin1 = /[^\0-\x7f]/.test(text) ? encodeLatin1(text) : undefined;
  if (latin1 !== undefined) yield of(latin1, 'secret_charset');
  for (const form of ['NFC', 'NFD', 'NFKC'] as const) {
    const other = normalized(text, form);
    if (other !== undefined && other !== text) yield of(other, 'secret_charset');
  }
  yield of(
    Uint8Array.from(text.split('').flatMap((c) => [c.charCodeAt(0) & 255, c.charCodeAt(0) >> 8])),
    'secret_charset',
  );
  if (text.startsWith('\ufeff')) yield of(text.slice(1), 'secret_charset');
}

function* ofBytes(secret: Uint8Array): Generator<SecretVariant> {
  yield of(toHex(secret), 'secret_hex');
  yield of(encodeBase64(secret), 'secret_base64');
  yield of(encodeBase64Url(secret), 'secret_base64');
  if (secret[0] === 0xff && secret[1] === 0xfe) {
    const wide = Array.from(
      { length: (secret.length - 2) / 2 },
      (_, at) => (secret[at * 2 + 2] ?? 0) + (secret[at * 2 + 3] ?? 0) * 256,
    );
    const text = String.fromCharCode(...wide);
    yield of(text, 'secret_charset');
    yield of(text.trim(), 'secret_charset');
  }
}

/** The secret without some characters at either end, which were pasted with it. */
export function* secretCuts(secret: Secret): Generator<SecretVariant> {
  if (secret.length > MAX_CUTS) return;
  for (let cut = 1; cut <= secret.length - 4; cut++) {
    yield { secret: secret.slice(0, -cut), codes: ['secret_extra_characters'] };
    yield { secret: secret.slice(cut), codes: ['secret_extra_characters'] };
  }
}

/** Sample secrets, and texts of a missing variable. */
export const SAMPLE_KEYS: readonly SecretVariant[] = [
  ...['your_webhook_secret', 'new_webhook_secret', 'secret'].map((secret) => of(secret, 'secret_placeholder')),
  ...['undefined', 'null', 'None', 'nil', 'NaN', 'false', '[object Object]', '[object Promise]'].map((secret) =>
    of(secret, 'secret_missing_at_sender'),
  ),
];
