import { CaptureError, readCaptured } from '@videocloud/local-web/captures';
import { messageOf } from '@videocloud/local-web/server';
import { diagnose, type Framework } from '@videocloud/webhooks/doctor';
import { FRAMEWORKS } from '@videocloud/webhooks/protocol';
import type { Explanation } from '../protocol.js';
import { fieldsOf, optionalText, text } from './input.js';
import { Refusal } from './refusals.js';

interface ExplainInput {
  /** A request as somebody captured it, or a body alone. */
  readonly capture: Uint8Array;
  readonly signature?: string | undefined;
  readonly secret?: string | undefined;
  readonly framework?: Framework | undefined;
}

/** A subscription of the sender. */
interface Known {
  readonly id: string;
  readonly secret: Uint8Array;
}

/** What `/explain` takes. */
export function explainInput(value: unknown): ExplainInput {
  const fields = fieldsOf(value);
  return {
    capture: Buffer.from(text(fields, 'capture')),
    signature: optionalText(fields, 'signature'),
    secret: optionalText(fields, 'secret'),
    framework: FRAMEWORKS.find((name) => name === fields.framework),
  };
}

// Subscriptions whose secrets are compared.
const MOST_COMPARED = 20;
const SIGNATURE = 'x-videocloud-signature';

/** Explains a pasted request, with the secret given or those of the sender's subscriptions; throws Refusal for what is not understood. */
export async function explained(input: ExplainInput, known: readonly Known[]): Promise<Explanation> {
  const { capture, secret, framework } = input;
  const { body, headers, form, allHeaders } = understood(capture);
  const signature = input.signature ?? headers[SIGNATURE];
  // An absent header proves nothing where headers may be missing.
  if (signature === undefined && !allHeaders) throw new Refusal('signature_needed');
  if (secret === undefined && known.length === 0) throw new Refusal('secret_needed');
  const compared = known.slice(0, MOST_COMPARED);
  const common = { body, signature, headers, framework };
  const result = { form, bytes: body.length, body: Buffer.from(body).toString('base64'), headers } as const;
  if (secret !== undefined) {
    const otherSecrets = compared.map((webhook) => webhook.secret);
    return { ...result, ...(await diagnose({ ...common, secrets: [secret], otherSecrets })) };
  }
  for (const webhook of compared) {
    const diagnosis = await diagnose({ ...common, secrets: [webhook.secret] });
    if (diagnosis.valid || compared.length === 1) return { ...result, ...diagnosis, webhookId: webhook.id };
  }
  return { ...result, ...(await diagnose({ ...common, secrets: compared.map((webhook) => webhook.secret) })) };
}

function understood(capture: Uint8Array) {
  try {
    return readCaptured(capture);
  } catch (error) {
    throw isCaptureError(error) ? new Refusal('not_understood', { values: { why: messageOf(error) } }) : error;
  }
}

const isCaptureError = (error: unknown): boolean => error instanceof CaptureError;
