import { decodeUtf8 } from '@videocloud/local-web/captures';
import { sign } from '@videocloud/webhooks';
import { choice } from '../../catalog.js';
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
      return { body: changed(body), signature };
    case 'signature':
      return { body, signature: (signature.startsWith('0') ? '1' : '0') + signature.slice(1) };
    case 'reserialize':
      return { body: rewritten(body), signature };
    case 'unsigned':
      return { body, signature: undefined };
    default:
      return { body, signature };
  }
}

/** Changes one letter or digit, so that JSON stays JSON. */
function changed(body: Buffer): Buffer {
  const copy = Buffer.from(body);
  for (let at = copy.length - 1; at >= 0; at--) {
    const byte = copy[at] ?? 0;
    if ((byte >= 48 && byte < 57) || (byte >= 97 && byte < 122)) {
      copy[at] = byte + 1;
      return copy;
    }
  }
  return Buffer.concat([copy, Buffer.from(' ')]);
}

/** The same value in other bytes than the signed ones: compact, or with white space when it was compact. */
function rewritten(body: Buffer): Buffer {
  let value: unknown;
  try {
    value = JSON.parse(decodeUtf8(body) ?? '');
  } catch {
    throw usage('--tamper reserialize needs a JSON body');
  }
  const forms = [JSON.stringify(value), JSON.stringify(value, null, 2), `${JSON.stringify(value)}\n`];
  // `{}` and `[]` are the same in the first two.
  return forms.map((form) => Buffer.from(form)).find((form) => !form.equals(body)) ?? body;
}
