import { sha256Hex } from '#runtime';

/** Keys up to this length are stored as they are. PostgreSQL indexes about 2 700 bytes; memory has to be bounded too. */
const MAX_KEY_LENGTH = 256;
const DIGESTED = 'sha256:';

/**
 * A deduplication key as a store keeps it: short, and never the same for two keys.
 *
 * Long keys are replaced by their SHA-256, so that a sender cannot choose how much memory they take. So are keys with NUL,
 * which PostgreSQL has no text for, and keys with half a surrogate pair, which UTF-8 cannot carry. The digest is of the
 * JSON text, which escapes halves of pairs and so differs for every two keys.
 *
 * @throws TypeError when the key is not a non-empty string
 */
export async function storedKey(key: string): Promise<string> {
  const given: unknown = key;
  if (typeof given !== 'string' || given === '') throw new TypeError('The key must be a non-empty string');
  const plain = key.length <= MAX_KEY_LENGTH && !/[\0\p{Surrogate}]/u.test(key) && !key.startsWith(DIGESTED);
  return plain ? key : DIGESTED + (await sha256Hex(new TextEncoder().encode(JSON.stringify(key))));
}

/**
 * A duration as whole milliseconds, rounded up so that nothing ends early.
 *
 * @throws TypeError when it is not a positive, finite number
 */
export function wholeMs(name: string, value: unknown): number {
  if (typeof value !== 'number' || !(value > 0) || value > Number.MAX_SAFE_INTEGER / 2) {
    throw new TypeError(`${name} must be a positive number of milliseconds, not ${String(value)}`);
  }
  return Math.ceil(value);
}
