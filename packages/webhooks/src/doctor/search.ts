import { hmacHex, matchIndex } from '#runtime';
import { requireSecret, type Secret } from '../signature/secrets.js';
import type { CauseCode } from './causes/causes.js';
import { encode, encodeHex, sameText } from './encodings.js';
import type { Digest, Target } from './signature-readings.js';
import type { BodyVariant, SecretVariant } from './variants/variant.js';

const TIME_MS = 140;
// Writing a long document takes longer between two looks at the clock.
const TIME_MS_LONG = 60;
const LONG = 16_384;
const MAX_TIME_MS = 10_000;
// Where the clock stands still while code runs (Workers, fake timers), the work itself is limited.
const WORK_BYTES = 96 * 1024 * 1024;
const MAX_TRIES = 60_000;
const COST_OF_A_TRY = 512;
const PORTION_BYTES = 524_288;
// A clock that runs out on a busy machine before anything was computed must not hide the plain causes: about 10 ms.
const WORK_BYTES_AT_LEAST = 1024 * 1024;
// WebCrypto, which alone makes the digests VideoCloud does not use, takes so many times as long.
const COST_OF_ANOTHER_DIGEST = 8;
// How much work may pass before the event loop gets a turn.
const TURN_BYTES = 4 * 1024 * 1024;

// The platform's own timer, taken when the module loads: fake timers of a test would never fire.
const later = globalThis.setTimeout;

/** Tries hypotheses within limits of time and work, which every generator and loop of the doctor looks at. */
export class Search {
  readonly #deadline: number;
  #targets: readonly Target[] = [];
  #work = 0;
  #turn = TURN_BYTES;
  /** How many combinations of body, key and reading of the header were computed. */
  tried = 0;

  constructor(bodyLength: number, timeLimitMs?: number) {
    const limit = timeLimitMs ?? (bodyLength > LONG ? TIME_MS_LONG : TIME_MS);
    this.#deadline = performance.now() + Math.min(Math.max(limit, 1), MAX_TIME_MS);
  }

  /** The readings of the header that a combination is compared with. */
  aim(targets: readonly Target[]): void {
    this.#targets = targets;
  }

  get exhausted(): boolean {
    if (this.#work < WORK_BYTES_AT_LEAST) return false;
    return this.#work > WORK_BYTES || this.tried > MAX_TRIES || performance.now() > this.#deadline;
  }

  /** Counts work that was done outside: about one unit for each byte that was hashed. */
  spend(bytes: number): void {
    this.#work += bytes;
  }

  /** The index of the first secret whose HMAC of `bytes` is `hex`; -1 also where time ran out. */
  async signer(bytes: Uint8Array, secrets: readonly Secret[], hex: string): Promise<number> {
    const portion = portionFor(bytes);
    for (let at = 0; at < secrets.length; at += portion) {
      if (at > 0 && this.exhausted) return -1;
      const some = secrets.slice(at, at + portion);
      this.spend((bytes.length + COST_OF_A_TRY) * some.length);
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
  ): Promise<{ readonly target: Target; readonly secret: SecretVariant } | undefined> {
    // In portions small enough for the clock to be looked at in between.
    const portion = portionFor(bytes);
    for (let at = 0; at < secrets.length; at += portion) {
      const some = secrets.slice(at, at + portion);
      const keys = some.map(({ secret }) => secret);
      for (const target of this.#targets) {
        if (this.#work > 0 && this.exhausted) return undefined;
        this.tried += some.length;
        const cost = target.digest === 'SHA-256' ? 1 : COST_OF_ANOTHER_DIGEST;
        this.spend((bytes.length + COST_OF_A_TRY) * some.length * cost);
        const secret = some[await indexOf(target, bytes, keys)];
        if (secret !== undefined) return { target, secret };
        await this.#giveTurn();
      }
    }
    return undefined;
  }

  /** Walks bodies against keys until one pair signs, or the limits are reached; the codes of everything undone. */
  async firstOf(
    bodies: Iterable<BodyVariant>,
    secrets: readonly SecretVariant[],
  ): Promise<readonly CauseCode[] | undefined> {
    const coming = bodies[Symbol.iterator]();
    // Looked at before the next body is made: to write a long document is most of what it costs.
    while (!this.exhausted) {
      const { done, value: body } = coming.next();
      if (done) return undefined;
      this.spend(body.bytes.length);
      const found = await this.match(body.bytes, secrets);
      if (found !== undefined) return unique([...body.codes, ...found.secret.codes, ...found.target.codes]);
    }
    return undefined;
  }

  /** As much of the variants as can be made in time. */
  *inTime<T>(variants: Iterable<T>): Generator<T> {
    for (const variant of variants) {
      if (this.exhausted) return;
      yield variant;
    }
  }

  /** Whether a digest computed without our HMAC is what the header holds. */
  digestIs(hex: string): Target | undefined {
    this.tried += this.#targets.length;
    return this.#targets.find((target) => target.digest === 'SHA-256' && partIs(target, hex));
  }

  /** Lets timers, sockets and Ctrl-C have their turn. */
  async #giveTurn(): Promise<void> {
    if (this.#work < this.#turn) return;
    this.#turn = this.#work + TURN_BYTES;
    await new Promise<void>((resolve) => void later(resolve, 0));
  }
}

function portionFor(bytes: Uint8Array): number {
  return Math.max(1, Math.floor(PORTION_BYTES / (bytes.length + COST_OF_A_TRY)));
}

export function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

/** Leaves out variants that could not be a key, since signing refuses them. */
export function* usable(variants: Iterable<SecretVariant>): Generator<SecretVariant> {
  for (const variant of variants) if (isSecret(variant.secret)) yield variant;
}

/** Whether signing would take this value as a secret. */
export function isSecret(value: unknown): value is Secret {
  try {
    requireSecret(value as Secret, '');
    return true;
  } catch {
    return false;
  }
}

async function indexOf(target: Target, bytes: Uint8Array, keys: readonly Secret[]): Promise<number> {
  if (target.digest === 'SHA-256' && target.part === 'whole') return matchIndex(keys, bytes, target.hex);
  let found = -1;
  for (let index = keys.length - 1; index >= 0; index--) {
    const key = keys[index];
    if (key !== undefined && partIs(target, await digestOf(target.digest, key, bytes))) found = index;
  }
  return found;
}

function partIs({ hex, part }: Target, digest: string): boolean {
  if (part === 'whole') return sameText(digest, hex);
  return sameText(part === 'head' ? digest.slice(0, hex.length) : digest.slice(-hex.length), hex);
}

async function digestOf(digest: Digest, secret: Secret, bytes: Uint8Array): Promise<string> {
  return digest === 'SHA-256' ? await hmacHex(secret, bytes) : await rawHmac(digest, secret, bytes);
}

/** HMAC by WebCrypto: other digests than VideoCloud's, and keys that are refused as secrets. */
export async function rawHmac(digest: Digest, secret: Secret, bytes: Uint8Array): Promise<string> {
  // Copied: WebCrypto takes no view of shared memory. HMAC pads its key with zeros, so one zero is the empty key.
  const raw = Uint8Array.from(typeof secret === 'string' ? encode(secret) : secret);
  const usage = { name: 'HMAC', hash: digest };
  const key = await crypto.subtle.importKey('raw', raw.length > 0 ? raw : new Uint8Array(1), usage, false, ['sign']);
  return encodeHex(new Uint8Array(await crypto.subtle.sign('HMAC', key, Uint8Array.from(bytes))));
}
