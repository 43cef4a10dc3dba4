import { createReceiver } from '@videocloud/webhooks';
import { webhookHandler } from '@videocloud/webhooks/next';
import { SECRET } from '../../../behavior.js';

export const runtime = 'edge';

const receiver = createReceiver({ secrets: SECRET }).on('*', (_event, { deliveryKey }) => {
  // Answered 500: a promise as key would make a user's own deduplication skip every event after the first.
  if (!/^[0-9a-f]{64}$/.test(String(deliveryKey))) throw new TypeError('deliveryKey is no digest');
});
export const POST = webhookHandler(receiver);
