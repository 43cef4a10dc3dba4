import { decodeUtf8, sha256Hex } from '#runtime';
import type { Secret } from '../signature/secrets.js';
import { type BodyVariant, type Search, type SecretVariant, unique, usable } from './bounded-search.js';
import type { CauseCode } from './causes/causes.js';
import { encode } from './encodings.js';
import { compactJson } from './json/reader.js';
import { reserializations } from './json/reserializations.js';
import { bodyVariants, edges } from './mistakes/body.js';
import { SAMPLE_KEYS, secretCuts, secretVariants } from './mistakes/secret.js';
import { framings, misusedHash, otherContents } from './mistakes/signature.js';
import { deflated, inflated } from './mistakes/wrapped-body.js';

const PAIR_LIMIT = 65_536;
const SINGLE_LIMIT = 1_048_576;
// How many ways of writing the document are combined with a second cause.
const CROSSED = 40;
const FIRST_FORMS = 400;
// A long body leaves time for a few tries: the most common mistakes come first.
const LONG = 16_384;
const LONG_FIRST_FORMS = 5;
const MORE_FORMS = 2_500;
const LIKELY_KEYS = 24;
// Variants are tried for this many secrets; of further ones, only the value itself.
const MAX_VARIED = 50;

export interface Clues {
  readonly stamps: readonly string[];
  readonly webhookIds: readonly string[];
  readonly otherSecrets: readonly Secret[];
}

type Proof = readonly CauseCode[] | undefined;

/** Finds the one or two mistakes that explain the signature; undefined when the limits are reached first. */
export async function provenCauses(
  search: Search,
  bytes: Uint8Array,
  secrets: readonly Secret[],
  clues: Clues,
): Promise<Proof> {
  const plain: SecretVariant[] = secrets.map((secret) => ({ secret, codes: [] }));
  const received: readonly BodyVariant[] = [{ bytes, codes: [] }];
  const header = await search.firstOf(received, plain);
  if (header !== undefined) return header;
  if (bytes.length > SINGLE_LIMIT) return undefined;

  const text = decodeUtf8(bytes);
  const subject: Subject = {
    search,
    bytes,
    text,
    received,
    plain,
    keys: await keysOf(search, secrets, clues),
    cuts: [...search.inTime(usable(cutsOf(secrets)))],
    forms: text === undefined ? [][Symbol.iterator]() : rewritten(text),
    clues,
  };
  return (await single(subject)) ?? (bytes.length > PAIR_LIMIT ? undefined : await pairs(subject));
}

interface Subject {
  readonly search: Search;
  readonly bytes: Uint8Array;
  readonly text: string | undefined;
  readonly received: readonly BodyVariant[];
  /** The secrets as configured. */
  readonly plain: readonly SecretVariant[];
  /** Variants of the secrets, likeliest first. */
  readonly keys: readonly SecretVariant[];
  readonly cuts: readonly SecretVariant[];
  /** Ways to write the document, likeliest first. They are taken in portions, between other hypotheses. */
  readonly forms: Iterator<BodyVariant>;
  readonly clues: Clues;
}

function* take(forms: Iterator<BodyVariant>, count: number): Generator<BodyVariant> {
  for (let taken = 0; taken < count; taken++) {
    const next = forms.next();
    if (next.done) return;
    yield next.value;
  }
}

async function keysOf(search: Search, secrets: readonly Secret[], clues: Clues): Promise<SecretVariant[]> {
  const few = secrets.slice(0, MAX_VARIED);
  const variants = few.flatMap((secret) => [...search.inTime(secretVariants(secret))]);
  for (const secret of few) {
    const digest = await sha256Hex(typeof secret === 'string' ? encode(secret) : secret);
    variants.push({ secret: digest, codes: ['secret_hashed'] });
  }
  for (const secret of clues.otherSecrets) variants.push({ secret, codes: ['secret_other_configured'] });
  for (const secret of clues.webhookIds) variants.push({ secret, codes: ['secret_is_webhook_id'] });
  return [...search.inTime(usable([...variants, ...SAMPLE_KEYS]))];
}

function* cutsOf(secrets: readonly Secret[]): Generator<SecretVariant> {
  for (const secret of secrets.slice(0, MAX_VARIED)) yield* secretCuts(secret);
}

async function single(subject: Subject): Promise<Proof> {
  const { search, bytes, text, received, plain, keys, cuts, forms } = subject;
  const key = await search.firstOf(received, keys.slice(0, LIKELY_KEYS));
  if (key !== undefined) return key;
  const common =
    bytes.length > LONG
      ? ((await search.firstOf(edges(bytes), plain)) ?? (await search.firstOf(take(forms, LONG_FIRST_FORMS), plain)))
      : undefined;
  const cheap = common ?? (await search.firstOf(bodyVariants(bytes), plain));
  // A parser loses the newline too. When the body is exactly what JSON.stringify writes, both causes describe it.
  if (cheap?.includes('body_newline_stripped') && text !== undefined && compactJson(text) === text) {
    return unique(['body_reserialized', ...cheap]);
  }
  return (
    cheap ??
    (await search.firstOf(await inflated(search, bytes), plain)) ??
    (await search.firstOf(take(forms, FIRST_FORMS), plain)) ??
    (await otherSigning(subject)) ??
    (await search.firstOf(received, keys.slice(LIKELY_KEYS))) ??
    (await search.firstOf(received, cuts)) ??
    (search.exhausted ? undefined : await search.firstOf(await deflated(search, bytes), plain))
  );
}

function* rewritten(text: string, codes: readonly CauseCode[] = []): Generator<BodyVariant> {
  const all = unique<CauseCode>([...codes, 'body_reserialized']);
  for (const form of reserializations(text)) yield { bytes: encode(form), codes: all };
}

async function otherSigning({ search, bytes, text, plain, clues }: Subject): Promise<Proof> {
  const framed = await search.firstOf(framings(bytes, clues.stamps, text), plain);
  if (framed !== undefined) return framed;
  for await (const content of otherContents(bytes, text)) {
    const found = await search.firstOf([content], plain);
    if (found !== undefined) return found;
  }
  return search.exhausted ? undefined : misusedHash(search, bytes, plain);
}

async function pairs(subject: Subject): Promise<Proof> {
  const { search, bytes, text, received, plain, keys, forms, clues } = subject;
  const likely = keys.slice(0, LIKELY_KEYS);
  // One body and some hundred keys are the cheapest pairs.
  const spelling = await search.firstOf(received, [...search.inTime(usable(twoMistakes(likely)))]);
  if (spelling !== undefined) return spelling;
  const bodies = [...search.inTime(bodyVariants(bytes)), ...(await inflated(search, bytes))];
  const common = text === undefined ? [] : [...search.inTime(take(rewritten(text), CROSSED))];
  if (search.exhausted) return undefined;
  return (
    (await search.firstOf(bodies, likely)) ??
    (await search.firstOf(take(forms, MORE_FORMS), plain)) ??
    (await search.firstOf(common, likely)) ??
    (await search.firstOf(twice(bodies), plain)) ??
    (await search.firstOf(bodies, keys.slice(LIKELY_KEYS))) ??
    (await search.firstOf(framings(bytes, clues.stamps, text), likely)) ??
    (await search.firstOf(framedForms(bodies, common, clues), plain)) ??
    (await search.firstOf(common, keys.slice(LIKELY_KEYS))) ??
    (await search.firstOf({ [Symbol.iterator]: () => forms }, plain))
  );
}

/** Undoes two mistakes in the body: the outer one, then the inner one. */
function* twice(bodies: readonly BodyVariant[]): Generator<BodyVariant> {
  const again = function* (variants: Iterable<BodyVariant>, outer: readonly CauseCode[]) {
    for (const { bytes, codes } of variants) yield { bytes, codes: unique([...outer, ...codes]) };
  };
  for (const { bytes, codes } of bodies) yield* again(edges(bytes), codes);
  for (const { bytes, codes } of bodies) {
    const text = decodeUtf8(bytes);
    if (text !== undefined) yield* take(rewritten(text, codes), CROSSED);
  }
  for (const { bytes, codes } of bodies) yield* again(bodyVariants(bytes), codes);
}

function* twoMistakes(keys: readonly SecretVariant[]): Generator<SecretVariant> {
  for (const { secret, codes } of keys) {
    for (const variant of [...secretVariants(secret)].slice(0, LIKELY_KEYS)) {
      yield { secret: variant.secret, codes: unique([...codes, ...variant.codes]) };
    }
  }
}

function* framedForms(
  bodies: readonly BodyVariant[],
  forms: readonly BodyVariant[],
  clues: Clues,
): Generator<BodyVariant> {
  for (const { bytes, codes } of [...bodies, ...forms]) {
    for (const framed of framings(bytes, clues.stamps, decodeUtf8(bytes))) {
      yield { bytes: framed.bytes, codes: unique([...codes, ...framed.codes]) };
    }
  }
}
