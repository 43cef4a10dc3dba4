/**
 * A deduplication key.
 *
 * @throws TypeError when it is not a non-empty string
 */
export function requireKey(key: unknown): asserts key is string {
  if (typeof key !== 'string' || key === '') throw new TypeError('The key must be a non-empty string');
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

/**
 * A key as a database keeps it. Half a surrogate pair has no UTF-8: all of them would become the same replacement
 * character, and two keys one.
 *
 * @throws TypeError as {@link requireKey}
 */
export function wellFormedKey(key: string): string {
  requireKey(key);
  return /\p{Surrogate}/u.test(key) ? `utf16:${JSON.stringify(key)}` : key;
}

/** The longest key that is stored as it is, in characters. */
const MAX_KEY_LENGTH = 512;

/** A key as an SQL database keeps it: well formed, without NUL, and no longer than 512 characters. */
export async function storedKey(given: string): Promise<string> {
  const key = wellFormedKey(given);
  if (key.length <= MAX_KEY_LENGTH && !key.includes('\0')) return key;
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(key));
  return `sha256:${Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
