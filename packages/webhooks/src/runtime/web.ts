import { toHex } from '../signature/bytes.js';
import { keyCache } from '../signature/key-cache.js';
import { EMPTY_SECRETS, type Secret, type Secrets } from '../signature/secrets.js';
import type { Deadlines } from './deadlines.js';

const ALGORITHM = { name: 'HMAC', hash: 'SHA-256' };

// WebCrypto takes no view of shared memory, and what another thread can change must not be hashed and parsed apart.
type Bytes = Uint8Array<ArrayBuffer>;
const owned = (bytes: Uint8Array): Bytes => new Uint8Array(bytes);

const keyOf = /* @__PURE__ */ keyCache((secret) => {
  const raw = typeof secret === 'string' ? new TextEncoder().encode(secret) : owned(secret);
  return crypto.subtle.importKey('raw', raw as Bytes, ALGORITHM, false, ['sign', 'verify']);
});

/** HMAC-SHA256 of the bytes as 64 lower-case hex digits. */
export async function hmacHex(secret: Secret, bytes: Uint8Array): Promise<string> {
  // Copied before the first wait: the caller may use its buffer again.
  const body = owned(bytes);
  return toHex(await crypto.subtle.sign('HMAC', await keyOf(secret), body));
}

/** Deadlines of `lengthMs` milliseconds, each with its timer: on Workers a timer ends with the request that made it. */
export function deadlinesOf(lengthMs: number): Deadlines {
  return {
    lengthMs,
    start: (expire) => setTimeout(expire, lengthMs),
    cancel: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
  };
}

/** Each call for itself: on Workers what a request waits for never settles once its client has left. */
export function shareCalls<T>(read: (env: unknown) => Promise<T>): (env: unknown) => Promise<T> {
  return read;
}

/** Whether {@link sha256Hex} gives its result at once. */
export const DIGEST_IS_SYNC: boolean = false;

/** SHA-256 of the bytes in lower-case hex. */
export function sha256Hex(bytes: Uint8Array): string | Promise<string> {
  return crypto.subtle.digest('SHA-256', owned(bytes)).then(toHex);
}

/** The index of the first secret whose HMAC of `bytes` is `hex` (64 hex digits), or -1. */
export async function matchIndex(secrets: Secrets, bytes: Uint8Array, hex: string): Promise<number> {
  const claimed = Uint8Array.from(hex.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
  const body = owned(bytes);
  const keys = requireSecrets(secrets);
  // All are awaited: no early exit.
  const matches = await Promise.all(keys.map(async (key) => crypto.subtle.verify('HMAC', await key, claimed, body)));
  return matches.indexOf(true);
}

/** Checks the secrets without computing anything. Throws TypeError as {@link matchIndex} does. */
export function requireSecrets(secrets: Secrets): ReturnType<typeof keyOf>[] {
  if (!Array.isArray(secrets)) return [keyOf(secrets as Secret)];
  if (secrets.length === 0) throw new TypeError(EMPTY_SECRETS);
  return Array.from(secrets as readonly Secret[], (secret, index) => keyOf(secret, ` at index ${index}`));
}

/** Decodes UTF-8, a leading byte order mark kept; undefined where the bytes are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
