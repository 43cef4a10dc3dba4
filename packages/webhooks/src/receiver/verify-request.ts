import { traceDelivery } from '#traces';
import type { IncomingRequest } from '../http/incoming-request.js';
import { SIGNATURE_HEADER } from '../protocol/signature-header.js';
import { type Delivery, type DeliveryState, newDelivery, prepareKey } from './context.js';
import { reportFailure } from './hooks.js';
import { type Outcome, rejected } from './outcome.js';
import type { Verifier } from './verify.js';

/** A verified delivery, or the outcome to answer with. */
export type RequestVerdict =
  | { readonly ok: true; readonly delivery: Delivery }
  | { readonly ok: false; readonly outcome: Outcome };

/**
 * The whole of `verifyWebhook`: a verified delivery, or the outcome to answer with. Never rejects; calls `onOutcome` once.
 *
 * Not a method of the verifier: a receiver's bundle has no use for it.
 */
export async function verifyRequest(verifier: Verifier, request: IncomingRequest): Promise<RequestVerdict> {
  const delivery = newDelivery(request);
  const outcomeOf = (verdict: RequestVerdict) => (verdict.ok ? null : verdict.outcome);
  const work = async () => {
    const verdict = await judge(verifier, request, delivery);
    await verifier.settle('answer', delivery, outcomeOf(verdict));
    return verdict;
  };
  return traceDelivery('answer', delivery, work, outcomeOf);
}

async function judge(verifier: Verifier, request: IncomingRequest, delivery: DeliveryState): Promise<RequestVerdict> {
  try {
    const head = verifier.acceptHead(request, delivery);
    const read = head ?? verifier.acceptBody(await request.read(verifier.limits), request, delivery);
    if ('status' in read) return { ok: false, outcome: read };
    const verdict = await verifier.verifyBody(read, request.header(SIGNATURE_HEADER), delivery);
    if (!('signed' in verdict)) return { ok: false, outcome: verdict };
    if (verifier.settings.onOutcome !== undefined) await prepareKey(delivery);
    if (!verdict.ok) return { ok: false, outcome: rejected(verdict.code, verdict.detail) };
    return { ok: true, delivery: { event: verdict.event, rawBody: read, secretIndex: delivery.secretIndex } };
  } catch (cause) {
    return { ok: false, outcome: reportFailure(verifier.settings, 'handler_failed', delivery, { cause }) };
  }
}
