import { decodeUtf8 } from '@videocloud/local-web/captures';
import { changedBody, reserializedBody } from '@videocloud/local-web/tampering';
import { sign } from '@videocloud/webhooks';
import { choice } from '../../choices.js';
import { usage } from '../../failure.js';

export const TAMPERS = ['body', 'signature', 'reserialize', 'unsigned'] as const;
export type Tamper = (typeof TAMPERS)[number];

export function tamperOf(text: string | undefined): Tamper | undefined {
  return text === undefined ? undefined : choice('--tamper', text, TAMPERS);
}

/** What is sent: the signed bytes, or bytes tampered with in one way. */
export async function outgoing(body: Buffer, secret: string, tamper: Tamper | undefined) {
  const signature = await sign(body, secret);
  switch (tamper) {
    case 'body':
      return { body: changedBody(body), signature };
    case 'signature':
      return { body, signature: (signature.startsWith('0') ? '1' : '0') + signature.slice(1) };
    case 'reserialize':
      return { body: reserialized(body), signature };
    case 'unsigned':
      return { body, signature: undefined };
    default:
      return { body, signature };
  }
}

/** The same value in other bytes than the signed ones. */
function reserialized(body: Buffer): Buffer {
  let value: unknown;
  try {
    value = JSON.parse(decodeUtf8(body) ?? '');
  } catch {
    throw usage('--tamper reserialize needs a JSON body');
  }
  return reserializedBody(body, value);
}
