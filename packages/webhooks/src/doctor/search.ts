import { hmacHex, matchIndex } from '#hmac';
import { requireSecret, type Secret } from '../signature/secrets.js';
import type { CauseCode } from './causes.js';
import type { Digest, Target } from './targets.js';
import { encode, encodeHex, sameText } from './text.js';
import type { BodyVariant, SecretVariant } from './variant.js';

// The promise is 200 ms; what is under way when time is up (writing a long document) still has to end.
const TIME_MS = 140;
const TIME_MS_LONG = 60;
const LONG = 16_384;
// On runtimes whose clock stands still while code runs (Workers), the work itself is counted.
const WORK_BYTES = 96 * 1024 * 1024;
const MAX_TRIES = 60_000;
const COST_OF_A_TRY = 512;
const PORTION_BYTES = 524_288;
// A clock that runs out on a busy machine before anything was computed must not hide the plain causes: about 10 ms.
const WORK_BYTES_AT_LEAST = 1024 * 1024;
// WebCrypto, which alone makes the digests VideoCloud does not use, takes so many times as long.
const COST_OF_ANOTHER_DIGEST = 8;

/** Tries hypotheses within a bound of time and work. */
export class Search {
  readonly #deadline: number;
  readonly #targets: readonly Target[];
  #work = 0;
  /** How many combinations of body, key and reading of the header were computed. */
  tried = 0;

  constructor(targets: readonly Target[], length: number) {
    this.#targets = targets;
    this.#deadline = performance.now() + (length > LONG ? TIME_MS_LONG : TIME_MS);
  }

  get exhausted(): boolean {
    if (this.#work < WORK_BYTES_AT_LEAST) return false;
    return this.#work > WORK_BYTES || this.tried > MAX_TRIES || performance.now() > this.#deadline;
  }

  /** The first secret, and reading of the header, that sign exactly these bytes. */
  async match(
    bytes: Uint8Array,
    secrets: readonly SecretVariant[],
  ): Promise<{ readonly target: Target; readonly secret: SecretVariant } | undefined> {
    if (secrets.length === 0) return undefined;
    // In portions small enough for the clock to be looked at in between.
    const portion = Math.max(1, Math.floor(PORTION_BYTES / (bytes.length + COST_OF_A_TRY)));
    for (let at = 0; at < secrets.length; at += portion) {
      if (at > 0 && this.exhausted) return undefined;
      const some = secrets.slice(at, at + portion);
      const keys = some.map(({ secret }) => secret);
      for (const target of this.#targets) {
        this.tried += some.length;
        const cost = target.digest === 'SHA-256' ? 1 : COST_OF_ANOTHER_DIGEST;
        this.#work += (bytes.length + COST_OF_A_TRY) * some.length * cost;
        const secret = some[await indexOf(target, bytes, keys)];
        if (secret !== undefined) return { target, secret };
      }
    }
    return undefined;
  }

  /** Walks bodies against keys until one pair signs, or the bounds are reached; the codes of everything undone. */
  async firstOf(
    bodies: Iterable<BodyVariant>,
    secrets: readonly SecretVariant[],
  ): Promise<readonly CauseCode[] | undefined> {
    const coming = bodies[Symbol.iterator]();
    // Looked at before the next body is made: to write a long document is most of what it costs.
    while (!this.exhausted) {
      const { done, value: body } = coming.next();
      if (done) return undefined;
      this.#work += body.bytes.length;
      const found = await this.match(body.bytes, secrets);
      if (found !== undefined) return unique([...body.codes, ...found.secret.codes, ...found.target.codes]);
    }
    return undefined;
  }

  /** Whether a digest computed without our HMAC is what the header holds. */
  digestIs(hex: string): Target | undefined {
    this.tried += this.#targets.length;
    return this.#targets.find((target) => target.digest === 'SHA-256' && partIs(target, hex));
  }
}

export function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

/** Leaves out what could not be a key, so that a variant never fails where a secret would be refused. */
export function usable(variants: Iterable<SecretVariant>): SecretVariant[] {
  return [...variants].filter(({ secret }) => {
    try {
      requireSecret(secret, '');
      return true;
    } catch {
      return false;
    }
  });
}

async function indexOf(target: Target, bytes: Uint8Array, keys: readonly Secret[]): Promise<number> {
  if (target.digest === 'SHA-256' && target.part === 'whole') {
    const index = matchIndex(keys, bytes, target.hex);
    return typeof index === 'number' ? index : await index;
  }
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
