import { hmacHex } from '#runtime';
import { type RawBody, toBytes } from './bytes.js';
import type { Secret } from './secrets.js';

/**
 * Signs a body as VideoCloud does: HMAC-SHA256 over the bytes, as 64 lower-case hex digits.
 *
 * @param body the exact bytes that will be sent; a string is UTF-8 encoded
 * @param secret the subscription's secret
 * @throws TypeError when the body is already parsed or the secret is blank
 * @example
 * ```ts
 * import { sign } from '@videocloud/webhooks';
 *
 * const signature = await sign('{"event":"video.deleted"}', 'whk-secret');
 * ```
 * @see the guide, "Подписи вебхуков"; RFC 2104
 */
export async function sign(body: RawBody, secret: Secret): Promise<string> {
  return hmacHex(secret, toBytes(body));
}

/**
 * A fresh signing secret: 32 random bytes, base64url, 43 characters, no prefix.
 *
 * @example
 * ```ts
 * import { generateSecret } from '@videocloud/webhooks';
 *
 * const secret = generateSecret(); // 43 characters
 * ```
 */
export function generateSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=+$/, '');
}
