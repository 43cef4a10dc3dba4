import { matchIndex, requireSecrets } from '#runtime';
import { type RawBody, toBytes } from './bytes.js';
import { checkSignatureForm } from './header-form.js';
import { checkVerifyingSecrets, type Secrets } from './secrets.js';

/** The result of {@link verify}; `secretIndex` is the index of the secret that matched. */
export type Verification =
  | { readonly ok: true; readonly secretIndex: number }
  | { readonly ok: false; readonly code: 'signature_missing' | 'signature_malformed' | 'signature_mismatch' };

/**
 * Checks the signature of a delivery over its raw bytes, in constant time.
 *
 * Never throws on anything a stranger can send: whatever stands in the header gives a verdict.
 *
 * @param body the bytes as received, before any parser
 * @param signature the value of `X-VideoCloud-Signature`, whatever it is
 * @param secrets the subscription's secret, or several during a rotation; all are tried, without early exit
 * @throws TypeError (as a rejection) on misuse: a parsed body, a blank secret, the text `undefined`, an empty list, more than
 *   32 secrets
 * @example
 * ```ts
 * import { verify } from '@videocloud/webhooks';
 *
 * export async function check(request: Request, secrets: readonly string[]): Promise<Response> {
 *   const rawBody = await request.arrayBuffer();
 *   const verdict = await verify(rawBody, request.headers.get('x-videocloud-signature'), secrets);
 *   return verdict.ok ? new Response('OK') : new Response(verdict.code, { status: 401 });
 * }
 * ```
 * @see the guide, "Подписи вебхуков"; RFC 2104
 */
export async function verify(body: RawBody, signature: unknown, secrets: Secrets): Promise<Verification> {
  const bytes = toBytes(body);
  checkVerifyingSecrets(secrets);
  const form = checkSignatureForm(signature);
  if (form.ok) return verificationOf(await matchIndex(secrets, bytes, form.hex));
  requireSecrets(secrets);
  return form;
}

/** The result for the index of the secret that matched. */
export function verificationOf(secretIndex: number): Verification {
  return secretIndex >= 0 ? { ok: true, secretIndex } : { ok: false, code: 'signature_mismatch' };
}
