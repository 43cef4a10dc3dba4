import { traceDelivery } from '#traces';
import type { IncomingRequest } from '../http/incoming-request.js';
import { SIGNATURE_HEADER } from '../protocol/signature-header.js';
import { type Delivery, type DeliveryState, newDelivery, prepareKey } from './context.js';
import { reportFailure } from './hooks.js';
import { type Outcome, rejected } from './outcome.js';
import type { Verifier } from './verify.js';

/** What `verifyWebhook` lets pass. */
export interface VerifiedDelivery {
  readonly ok: true;
  readonly delivery: Delivery;
}

/** What it answers. */
export interface AnsweredRequest {
  readonly ok: false;
  readonly outcome: Outcome;
}

/**
 * The whole of `verifyWebhook`: a verified delivery, or the outcome to answer with. Never rejects; calls `onOutcome` once.
 *
 * Not a method of the verifier: a receiver's bundle has no use for it.
 */
export async function verifyRequest(
  verifier: Verifier,
  request: IncomingRequest,
): Promise<VerifiedDelivery | AnsweredRequest> {
  const delivery = newDelivery(request);
  const outcomeOf = (verdict: Delivery | Outcome) => ('rawBody' in verdict ? null : verdict);
  const work = async () => {
    const verdict = await judge(verifier, request, delivery);
    await verifier.settle('answer', delivery, outcomeOf(verdict));
    return verdict;
  };
  const verdict = await traceDelivery('answer', delivery, work, outcomeOf);
  return 'rawBody' in verdict ? { ok: true, delivery: verdict } : { ok: false, outcome: verdict };
}

async function judge(
  verifier: Verifier,
  request: IncomingRequest,
  delivery: DeliveryState,
): Promise<Delivery | Outcome> {
  try {
    const head = verifier.acceptHead(request, delivery);
    const read = head ?? verifier.acceptBody(await request.read(verifier.limits), request, delivery);
    if ('status' in read) return read;
    const verdict = await verifier.verifyBody(read, request.header(SIGNATURE_HEADER), delivery);
    if (!('signed' in verdict)) return verdict;
    if (verifier.settings.onOutcome !== undefined) await prepareKey(delivery);
    if (!verdict.ok) return rejected(verdict.code, verdict.detail);
    return { event: verdict.event, rawBody: read, secretIndex: delivery.secretIndex };
  } catch (cause) {
    return reportFailure(verifier.settings, 'handler_failed', delivery, { cause });
  }
}
