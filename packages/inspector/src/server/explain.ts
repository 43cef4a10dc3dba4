import { CaptureError, listRequests, readCaptured } from '@videocloud/local-web/captures';
import { messageOf } from '@videocloud/local-web/server';
import { verify } from '@videocloud/webhooks';
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
  /** Which request of several, from 1. */
  readonly request?: number | undefined;
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
    request: typeof fields.request === 'number' && Number.isInteger(fields.request) ? fields.request : undefined,
  };
}

const SIGNATURE = 'x-videocloud-signature';
// Of one secret the doctor finds the mistake in a moment; of many it is given longer.
const SEARCH_MS = 140;
const LONGEST_SEARCH_MS = 3_000;

/** Explains a pasted request, with the secret given or those of the sender's subscriptions; throws Refusal for what is not understood. */
export async function explained(input: ExplainInput, known: readonly Known[]): Promise<Explanation> {
  const { capture, secret, framework } = input;
  const { captured, request, requests } = understood(capture, input.request);
  const { body, headers, form, allHeaders } = captured;
  const signature = input.signature ?? headers[SIGNATURE];
  // An absent header proves nothing where headers may be missing.
  if (signature === undefined && !allHeaders) throw new Refusal('signature_needed');
  if (secret === undefined && known.length === 0) throw new Refusal('secret_needed');
  const result = { form, bytes: body.length, body: Buffer.from(body).toString('base64'), headers, request, requests };
  const timeLimitMs = Math.min(LONGEST_SEARCH_MS, SEARCH_MS * Math.max(1, known.length));
  const common = { body, signature, headers, framework, timeLimitMs };
  const secrets = known.map((webhook) => webhook.secret);
  if (secret !== undefined)
    return { ...result, ...(await diagnose({ ...common, secrets: [secret], otherSecrets: secrets })) };
  // Every subscription is compared; only one of them can have signed it.
  const signer = known.length === 1 ? known[0] : await signerOf(body, signature, known);
  if (signer !== undefined)
    return { ...result, ...(await diagnose({ ...common, secrets: [signer.secret] })), webhookId: signer.id };
  return { ...result, ...(await diagnose({ ...common, secrets })) };
}

async function signerOf(body: Uint8Array, signature: unknown, known: readonly Known[]): Promise<Known | undefined> {
  for (const webhook of known) if ((await verify(body, signature, webhook.secret)).ok) return webhook;
  return undefined;
}

/** The request that is meant: the one that was chosen, else the first that is signed. */
function understood(capture: Uint8Array, wanted: number | undefined) {
  try {
    const listed = listRequests(capture);
    const signed = listed.findIndex((one) => one.signed);
    const request = wanted ?? Math.max(0, signed) + 1;
    const requests = listed.map((one, index) => ({ number: index + 1, ...one }));
    // Of one request, or of copies of one, the reader itself chooses.
    const captured = readCaptured(capture, listed.length > 1 ? { request } : {});
    return { captured, request, requests };
  } catch (error) {
    throw isCaptureError(error) ? new Refusal('not_understood', { values: { why: messageOf(error) } }) : error;
  }
}

const isCaptureError = (error: unknown): boolean => error instanceof CaptureError;
