import { type Admission, isOutcome } from './admission.js';
import type { Delivery } from './context.js';
import { type Outcome, refused } from './outcome.js';

/** The verified delivery for `verifyWebhook`, or how the sender is to be refused. */
export async function deliveryOf(
  admission: Admission,
  body: Uint8Array,
  signature: unknown,
): Promise<Delivery | Outcome> {
  const admitted = await admission.admit(body, signature);
  if (isOutcome(admitted)) return admitted;
  const { event, rawBody, secretIndex, unusable } = admitted;
  return unusable === undefined ? { event, rawBody, secretIndex } : refused(unusable.code, unusable.detail);
}
