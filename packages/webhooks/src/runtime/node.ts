import { isUtf8 } from 'node:buffer';
import * as crypto from 'node:crypto';
import { createHash, createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { keyCache } from '../signature/key-cache.js';
import { EMPTY_SECRETS, type Secret, type Secrets } from '../signature/secrets.js';
import type { Deadlines } from './deadlines.js';
import { SharedDeadlines } from './shared-deadlines.js';

const keyOf = /* @__PURE__ */ keyCache((secret) =>
  typeof secret === 'string' ? createSecretKey(secret, 'utf8') : createSecretKey(secret),
);

/** HMAC-SHA256 of the bytes as 64 lower-case hex digits. */
export function hmacHex(secret: Secret, bytes: Uint8Array): string {
  return createHmac('sha256', keyOf(secret)).update(bytes).digest('hex');
}

/** The index of the first secret whose HMAC of `bytes` is `hex` (64 hex digits), or -1. */
export function matchIndex(secrets: Secrets, bytes: Uint8Array, hex: string): number {
  const claimed = Buffer.from(hex, 'hex');
  if (!Array.isArray(secrets)) {
    const digest = createHmac('sha256', keyOf(secrets as Secret))
      .update(bytes)
      .digest();
    return timingSafeEqual(digest, claimed) ? 0 : -1;
  }
  if (secrets.length === 0) throw new TypeError(EMPTY_SECRETS);
  // Every key is prepared before any digest, so that a blank one is rejected wherever it stands. No early exit: the time
  // must not depend on which secret matched.
  const keys = Array.from(secrets as readonly Secret[], (secret, index) => keyOf(secret, ` at index ${index}`));
  let found = -1;
  for (let index = keys.length - 1; index >= 0; index--) {
    const key = keys[index];
    if (key !== undefined && timingSafeEqual(createHmac('sha256', key).update(bytes).digest(), claimed)) found = index;
  }
  return found;
}

/** Checks the secrets without computing anything. Throws TypeError as {@link matchIndex} does. */
export function requireSecrets(secrets: Secrets): void {
  if (!Array.isArray(secrets)) {
    keyOf(secrets as Secret);
    return;
  }
  if (secrets.length === 0) throw new TypeError(EMPTY_SECRETS);
  Array.from(secrets as readonly Secret[], (secret, index) => keyOf(secret, ` at index ${index}`));
}

/** Deadlines of `lengthMs` milliseconds that share a timer. */
export function deadlinesOf(lengthMs: number): Deadlines {
  return new SharedDeadlines(lengthMs);
}

/** Concurrent calls of `read` for one `env` share a promise. */
export function shareCalls<T>(read: (env: unknown) => Promise<T>): (env: unknown) => Promise<T> {
  // By env: another tenant's environment must never be answered with this one's secrets.
  const pending = new Map<unknown, Promise<T>>();
  return (env) => {
    let reading = pending.get(env);
    if (reading === undefined) {
      reading = read(env).finally(() => pending.delete(env));
      pending.set(env, reading);
    }
    return reading;
  };
}

/** Whether {@link sha256Hex} gives its result at once. */
export const DIGEST_IS_SYNC: boolean = true;

// A third of the time of a hash object, where the runtime has it (Node 20.12).
const oneShot: ((algorithm: string, data: Uint8Array, encoding: 'hex') => string) | undefined = crypto.hash;

/** SHA-256 of the bytes in lower-case hex. */
export function sha256Hex(bytes: Uint8Array): string {
  return oneShot === undefined ? createHash('sha256').update(bytes).digest('hex') : oneShot('sha256', bytes, 'hex');
}

/** Decodes UTF-8, a leading byte order mark kept; undefined where the bytes are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  // Faster than a fatal TextDecoder on Node, and just as strict.
  if (!isUtf8(bytes)) return undefined;
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return buffer.toString('utf8');
}
