import { traceDelivery } from '#traces';
import type { IncomingRequest } from '../http/incoming-request.js';
import { SIGNATURE_HEADER } from '../protocol/signature-header.js';
import { type Delivery, type DeliveryState, newDelivery, prepareKey } from './context.js';
import { reportFailure } from './hooks.js';
import { type Concluded, concluded, rejected } from './outcome.js';
import type { Verifier } from './verify.js';

/** What `verifyWebhook` lets pass. */
export interface VerifiedDelivery {
  readonly ok: true;
  readonly delivery: Delivery;
}

/**
 * The whole of `verifyWebhook`: a verified delivery, or the outcome to answer with. Never rejects; calls `onOutcome` once.
 *
 * Not a method of the verifier: a receiver's bundle has no use for it.
 */
export function verifyRequest(verifier: Verifier, request: IncomingRequest): Promise<VerifiedDelivery | Concluded> {
  const delivery = newDelivery(request);
  const outcomeOf = (verdict: VerifiedDelivery | Concluded) => (verdict.ok ? null : verdict.outcome);
  const work = async () => {
    const verdict = await judge(verifier, request, delivery);
    await verifier.settle('answer', delivery, outcomeOf(verdict));
    return verdict;
  };
  return traceDelivery('answer', delivery, work, outcomeOf);
}

async function judge(
  verifier: Verifier,
  request: IncomingRequest,
  delivery: DeliveryState,
): Promise<VerifiedDelivery | Concluded> {
  try {
    const head = verifier.acceptHead(request, delivery);
    const read = head ?? verifier.acceptBody(await request.read(verifier.limits), delivery);
    if (!read.ok) return read;
    const signed = await verifier.verifyBody(read.bytes, request.header(SIGNATURE_HEADER), delivery);
    if (!signed.ok) return signed;
    const { content } = signed;
    if (verifier.settings.onOutcome !== undefined) await prepareKey(delivery);
    if (!content.ok) return concluded(rejected(content.code, content.detail));
    return {
      ok: true,
      delivery: { event: content.event, rawBody: read.bytes, secretIndex: delivery.secretIndex },
    };
  } catch (cause) {
    return concluded(reportFailure(verifier.settings, 'handler_failed', delivery, { cause }));
  }
}
