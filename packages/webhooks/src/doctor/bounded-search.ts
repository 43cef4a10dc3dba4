import { hmacHex, matchIndex } from '#runtime';
import { toHex } from '../signature/bytes.js';
import type { Secret } from '../signature/secrets.js';
import type { CauseCode } from './causes/causes.js';
import { encode, sameText } from './encodings.js';
import { isSecret } from './input.js';

/** A body that may have been signed, and the causes that turn it into the received one. */
export interface BodyVariant {
  readonly bytes: Uint8Array;
  readonly codes: readonly CauseCode[];
}

/** A key that may have been used, and the causes that turn it into the configured secret. */
export interface SecretVariant {
  readonly secret: Secret;
  readonly codes: readonly CauseCode[];
}

export type Digest = 'SHA-256' | 'SHA-1' | 'SHA-384' | 'SHA-512';

/** One way to read the header as a digest, and what is wrong with its spelling. */
export interface SignatureReading {
  readonly hex: string;
  readonly digest: Digest;
  /** Which part of the digest `hex` is. */
  readonly part: 'whole' | 'head' | 'tail';
  readonly codes: readonly CauseCode[];
}

const TIME_MS = 140;
// Between two looks at the clock, a long document takes longer to write.
const TIME_MS_LONG = 60;
const LONG = 16_384;
const MAX_TIME_MS = 10_000;
// The work is limited too: on Workers, and under fake timers, the clock stands still while code runs.
const WORK_BYTES = 96 * 1024 * 1024;
const MAX_TRIES = 60_000;
const COST_OF_A_TRY = 512;
const PORTION_BYTES = 524_288;
// This much work, about 10 ms, is done whatever the clock shows: a busy machine must not hide the plain causes.
const WORK_BYTES_AT_LEAST = 1024 * 1024;
// Other digests than SHA-256 need WebCrypto, which takes this many times as long.
const COST_OF_ANOTHER_DIGEST = 8;
// How much work may pass before the event loop gets a turn.
const TURN_BYTES = 4 * 1024 * 1024;

// Taken when the module loads: a test's fake timers, installed later, would never fire.
const later = globalThis.setTimeout;

/** Tries hypotheses within limits of time and work. Every loop of the doctor checks them. */
export class Search {
  readonly #deadline: number;
  #readings: readonly SignatureReading[] = [];
  #work = 0;
  #turn = TURN_BYTES;
  /** How many combinations of body, key and reading of the header were computed. */
  tried = 0;
  /** The bytes that {@link firstOf} found a secret for. */
  signedBody: Uint8Array | undefined;

  constructor(bodyLength: number, timeLimitMs?: number) {
    const limit = timeLimitMs ?? (bodyLength > LONG ? TIME_MS_LONG : TIME_MS);
    this.#deadline = performance.now() + Math.min(Math.max(limit, 1), MAX_TIME_MS);
  }

  /** Sets the readings of the header that each HMAC is compared with. */
  compareWith(readings: readonly SignatureReading[]): void {
    this.#readings = readings;
  }

  get exhausted(): boolean {
    if (this.#work < WORK_BYTES_AT_LEAST) return false;
    return this.#work > WORK_BYTES || this.tried > MAX_TRIES || performance.now() > this.#deadline;
  }

  /** Counts work done elsewhere, in bytes that were hashed or written. */
  spend(bytes: number): void {
    this.#work += bytes;
  }

  /** The index of the first secret whose HMAC of `bytes` is `hex`; -1 when none is, or time ran out. */
  async signer(bytes: Uint8Array, secrets: readonly Secret[], hex: string): Promise<number> {
    const cost = costOfATry(bytes, secrets);
    const portion = portionFor(cost);
    for (let at = 0; at < secrets.length; at += portion) {
      if (at > 0 && this.exhausted) return -1;
      const some = secrets.slice(at, at + portion);
      this.spend(cost * some.length);
      const found = await matchIndex(some, bytes, hex);
      if (found >= 0) return at + found;
      await this.#giveTurn();
    }
    return -1;
  }

  /** The first secret, and reading of the header, that sign exactly these bytes. */
  async match(
    bytes: Uint8Array,
    secrets: readonly SecretVariant[],
  ): Promise<{ readonly reading: SignatureReading; readonly secret: SecretVariant } | undefined> {
    // In portions, so that the clock is checked in between.
    const all = secrets.map(({ secret }) => secret);
    const costOfOne = costOfATry(bytes, all);
    const portion = portionFor(costOfOne);
    for (let at = 0; at < secrets.length; at += portion) {
      const some = secrets.slice(at, at + portion);
      const keys = all.slice(at, at + portion);
      for (const reading of this.#readings) {
        if (this.#work > 0 && this.exhausted) return undefined;
        this.tried += some.length;
        const times = reading.digest === 'SHA-256' ? 1 : COST_OF_ANOTHER_DIGEST;
        this.spend(costOfOne * some.length * times);
        const secret = some[await indexOf(reading, bytes, keys)];
        if (secret !== undefined) return { reading, secret };
        await this.#giveTurn();
      }
    }
    return undefined;
  }

  /** Tries bodies with secrets until a pair matches; gives the codes of everything that was undone. */
  async firstOf(
    bodies: Iterable<BodyVariant>,
    secrets: readonly SecretVariant[],
  ): Promise<readonly CauseCode[] | undefined> {
    const coming = bodies[Symbol.iterator]();
    // Checked before the next body is made: writing a long document is most of the cost.
    while (!this.exhausted) {
      const { done, value: body } = coming.next();
      if (done) return undefined;
      this.spend(body.bytes.length);
      const found = await this.match(body.bytes, secrets);
      if (found !== undefined) {
        this.signedBody = body.bytes;
        return unique([...body.codes, ...found.secret.codes, ...found.reading.codes]);
      }
    }
    return undefined;
  }

  /** The variants that can be made within the limits. */
  *inTime<T>(variants: Iterable<T>): Generator<T> {
    for (const variant of variants) {
      if (this.exhausted) return;
      yield variant;
    }
  }

  /** The reading of the header that equals a digest computed elsewhere. */
  digestIs(hex: string): SignatureReading | undefined {
    this.tried += this.#readings.length;
    return this.#readings.find((reading) => reading.digest === 'SHA-256' && partIs(reading, hex));
  }

  /** Lets timers, sockets and signals run. */
  async #giveTurn(): Promise<void> {
    if (this.#work < this.#turn) return;
    this.#turn = this.#work + TURN_BYTES;
    await new Promise<void>((resolve) => void later(resolve, 0));
  }
}

/** What a try costs with the longest secret: an HMAC hashes a long key as well as the body. */
function costOfATry(bytes: Uint8Array, secrets: readonly Secret[]): number {
  return secrets.reduce((longest, { length }) => Math.max(longest, length), 0) + bytes.length + COST_OF_A_TRY;
}

function portionFor(cost: number): number {
  return Math.max(1, Math.floor(PORTION_BYTES / cost));
}

export function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

/** Leaves out variants that `sign` would refuse as a secret. */
export function* usable(variants: Iterable<SecretVariant>): Generator<SecretVariant> {
  for (const variant of variants) if (isSecret(variant.secret)) yield variant;
}

async function indexOf(reading: SignatureReading, bytes: Uint8Array, keys: readonly Secret[]): Promise<number> {
  if (reading.digest === 'SHA-256' && reading.part === 'whole') return matchIndex(keys, bytes, reading.hex);
  let found = -1;
  for (let index = keys.length - 1; index >= 0; index--) {
    const key = keys[index];
    if (key !== undefined && partIs(reading, await digestOf(reading.digest, key, bytes))) found = index;
  }
  return found;
}

function partIs({ hex, part }: SignatureReading, digest: string): boolean {
  if (part === 'whole') return sameText(digest, hex);
  return sameText(part === 'head' ? digest.slice(0, hex.length) : digest.slice(-hex.length), hex);
}

async function digestOf(digest: Digest, secret: Secret, bytes: Uint8Array): Promise<string> {
  return digest === 'SHA-256' ? await hmacHex(secret, bytes) : await rawHmac(digest, secret, bytes);
}

/** Computes an HMAC with WebCrypto, for other digests and for keys that are refused as secrets. */
export async function rawHmac(digest: Digest, secret: Secret, bytes: Uint8Array): Promise<string> {
  // Copied: WebCrypto takes no view of shared memory. HMAC pads its key with zeros, so one zero is the empty key.
  const raw = Uint8Array.from(typeof secret === 'string' ? encode(secret) : secret);
  const usage = { name: 'HMAC', hash: digest };
  const key = await crypto.subtle.importKey('raw', raw.length > 0 ? raw : new Uint8Array(1), usage, false, ['sign']);
  return toHex(await crypto.subtle.sign('HMAC', key, Uint8Array.from(bytes)));
}
