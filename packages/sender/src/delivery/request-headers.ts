import type { AttemptInfo } from '../options.js';
import type { DueDelivery } from '../store/deliveries.js';
import type { Ids } from '../store/ids.js';

/** Makes the headers of an attempt's request: those of the platform, and the extra ones. */
export function requestHeaders(ids: Ids, extraHeaders: (attempt: AttemptInfo) => Readonly<Record<string, string>>) {
  return (due: DueDelivery, signature: string): Record<string, string> => ({
    'Content-Type': 'application/json',
    'User-Agent': 'VideoCloud-Webhooks/1.0',
    'X-VideoCloud-Signature': signature,
    ...extraHeaders({
      deliveryId: ids.format('del', due.seq),
      webhookId: ids.format('whk', due.webhook),
      event: due.event,
      attempt: due.number,
      trigger: due.trigger,
    }),
  });
}
