import { verify } from '@videocloud/webhooks';
import { diagnose, type Framework } from '@videocloud/webhooks/doctor';
import type { AttemptView, DeliveryView, Why } from '../../protocol.js';
import { CANNED_HEADER } from '../canned.js';
import { codeOf, flat, frameworkOf, headerOf } from './answer.js';
import { findingOf } from './finding.js';

export interface WhyInput {
  readonly detail: DeliveryView;
  readonly attempt: AttemptView;
  readonly secret: Uint8Array | undefined;
  /** Secrets of the subscription before it was rotated. */
  readonly former: readonly Uint8Array[];
  readonly framework?: Framework | undefined;
  /** The secret and the body the receiver used, as its owner entered them. */
  readonly theirSecret?: string | undefined;
  readonly theirBody?: string | undefined;
}

/**
 * Why an attempt came to what it came to.
 *
 * The sender knows the bytes, the signature and the secrets: whatever follows from them is proven. What the receiver hashed, and with
 * which secret, only its owner can enter, or `findMistake` finds out.
 */
export async function why(input: WhyInput): Promise<Why> {
  const { detail, attempt, secret, former, theirSecret, theirBody } = input;
  const body = Buffer.from(detail.body, 'base64');
  const signature = headerOf(attempt.request.headers, 'x-videocloud-signature');
  const canned = headerOf(attempt.response?.headers ?? {}, CANNED_HEADER) !== undefined;
  const framework = input.framework ?? frameworkOf(attempt);
  const common = { signature, headers: flat(attempt.request.headers), framework };
  const matches = async (one: Uint8Array): Promise<boolean> => (await verify(body, signature, one)).ok;
  // Of a deleted subscription no secret is left: what it sent was signed with the one it had.
  const valid = secret === undefined ? detail.probe === undefined : await matches(secret);
  const secrets = theirSecret !== undefined ? [theirSecret] : secret === undefined ? [] : [secret];
  const asked = theirSecret !== undefined || theirBody !== undefined;
  const compared = asked
    ? await diagnose({
        ...common,
        body: theirBody ?? body,
        secrets,
        otherSecrets: theirSecret === undefined || secret === undefined ? [] : [secret, ...former],
      })
    : undefined;
  const reserialized = restringified(body);
  return {
    finding: findingOf({ detail, attempt, canned, signed: valid }),
    genuine: valid,
    canned,
    survivesReserializing: reserialized === undefined || body.equals(reserialized),
    answerCode: codeOf(attempt),
    framework,
    ...(compared && { compared: { ...compared, bytes: Buffer.byteLength(theirBody ?? body) } }),
  };
}

function restringified(body: Uint8Array): Buffer | undefined {
  try {
    return Buffer.from(JSON.stringify(JSON.parse(Buffer.from(body).toString('utf8'))));
  } catch {
    return undefined;
  }
}
