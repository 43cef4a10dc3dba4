import type { DeliveryView } from '../../protocol.js';

/** One line of JSON for each attempt, with the members of `listen --json`; `explain` reads its last line. */
export function ndjson(deliveries: readonly DeliveryView[]): string {
  return deliveries
    .flatMap(({ id, event, webhookId, probe, body, attempts }) =>
      attempts.map(({ number, trigger, startedAt, durationMs, request, response, error }) => {
        const { url, headers } = request;
        const line = { deliveryId: id, event, webhookId, probe, attempt: number, trigger, startedAt, durationMs, url };
        return `${JSON.stringify({ ...line, headers, bodyBase64: body, response, error })}\n`;
      }),
    )
    .join('');
}
