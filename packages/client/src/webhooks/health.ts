import { VideoCloudApiError } from '../errors.js';
import { checkOptions, pathOf } from './check-arguments.js';
import { requireUsableId } from './check-responses.js';
import type { CallOptions, Delivery, Webhook, WebhookCalls } from './types.js';

/** How many of the last deliveries the failure rate counts. */
const RATED = 100;
/** How far back failures are looked for when there is no success among the rated ones. */
const MAX_LOOKED_AT = 1_000;

/** The state of one webhook and of its last deliveries. */
export interface WebhookHealth {
  id: string;
  url: string;
  /** `active`, `failed` (switched off), or a value not documented yet. */
  status: string;
  /** Absent when nothing was delivered yet. */
  lastDelivery?: NonNullable<Webhook['lastDelivery']>;
  /** The deliveries that failed for good since the last success, the latest first; of the last 1,000 deliveries. */
  failed: Delivery[];
  /** How many of the last 100 deliveries are not finished: to be sent, or waiting for a retry. */
  pending: number;
  /** Failed deliveries among the last 100 that are finished, 0 to 1; 0 when there are none. */
  failureRate: number;
}

export async function health(
  webhooks: Pick<WebhookCalls, 'listAll' | 'listAllDeliveries'>,
  id: string | undefined,
  options: CallOptions,
): Promise<WebhookHealth[]> {
  checkOptions('health', options, ['signal']);
  if (id !== undefined) pathOf('health', id);
  const found: WebhookHealth[] = [];
  for await (const webhook of webhooks.listAll({ signal: options.signal })) {
    if (id !== undefined && webhook.id !== id) continue;
    requireUsableId('health', webhook);
    found.push(await healthOf(webhooks, webhook, options.signal));
  }
  if (id !== undefined && found.length === 0) {
    const message = `health: there is no webhook ${id}`;
    throw new VideoCloudApiError({ status: 404, code: 'not_found', message, attempts: 1 });
  }
  return found;
}

async function healthOf(
  webhooks: Pick<WebhookCalls, 'listAllDeliveries'>,
  { id, url, status, lastDelivery }: Webhook,
  signal: AbortSignal | undefined,
): Promise<WebhookHealth> {
  const failed: Delivery[] = [];
  let succeeded = false;
  let finished = 0;
  let failures = 0;
  let pending = 0;
  let lookedAt = 0;
  for await (const delivery of webhooks.listAllDeliveries(id, { limit: RATED, signal })) {
    const isFailure = delivery.status === 'failed';
    const isSuccess = delivery.status === 'success';
    succeeded ||= isSuccess;
    if (isFailure && !succeeded) failed.push(delivery);
    if (lookedAt < RATED) {
      if (isFailure || isSuccess) finished++;
      if (isFailure) failures++;
      if (delivery.status === 'pending') pending++;
    }
    lookedAt++;
    if ((lookedAt >= RATED && succeeded) || lookedAt >= MAX_LOOKED_AT) break;
  }
  const failureRate = finished === 0 ? 0 : failures / finished;
  return { id, url, status, ...(lastDelivery === undefined ? {} : { lastDelivery }), failed, pending, failureRate };
}
