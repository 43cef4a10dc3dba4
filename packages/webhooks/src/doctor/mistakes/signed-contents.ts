import { hmacHex, sha256Hex } from '#runtime';
import { rawHmac, type Search, unique } from '../bounded-search.js';
import type { CauseCode } from '../causes/causes.js';
import { concat, encode } from '../encodings.js';
import { compactJson, memberOf, readJson } from '../json/reader.js';
import type { BodyVariant, SecretVariant } from '../types.js';

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
    const same = name === text;
    if (!same) yield { bytes: encode(name), codes: ['signature_without_body'] };
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
    const twice = await hmacHex(secret, encode(await hmacHex(secret, bytes)));
    const nested = proven(twice, 'signature_over_digest');
    if (nested !== undefined) return nested;
  }
  return undefined;
}
