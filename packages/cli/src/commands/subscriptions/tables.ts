import type { Delivery, Webhook } from '@videocloud/webhooks-client';
import { type Io, print, printJson, table } from '../../io.js';

/** Prints one webhook, as JSON or as a table. */
export function showWebhook(io: Io, webhook: Webhook, json: boolean | undefined): void {
  if (json) printJson(io, webhook);
  else print(io, webhookTable([webhook]));
}

export function webhookTable(items: readonly Webhook[]): string {
  return table([
    ['ID', 'STATUS', 'URL', 'EVENTS'],
    ...items.map(({ id, status, url, events }) => [id, status, url, events.join(',')]),
  ]);
}

export function deliveryTable(items: readonly Delivery[]): string {
  return table([
    ['ID', 'EVENT', 'STATUS', 'CODE', 'RETRIES', 'TIME', 'ERROR'],
    ...items.map(({ id, event, status, responseCode, retries, timestamp, error }) => [
      id,
      event,
      status,
      String(responseCode ?? '-'),
      String(retries),
      timestamp,
      error ?? '',
    ]),
  ]);
}
