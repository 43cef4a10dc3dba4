import { createReceiver, memoryStore } from '@videocloud/webhooks';
import { webhookHandler } from '@videocloud/webhooks/next';
import { after } from 'next/server';

const receiver = createReceiver({
  secrets: () => process.env.VIDEOCLOUD_WEBHOOK_SECRET, // a function: `next build` evaluates this module, where it need not be set
  idempotency: memoryStore(), // one process; several share @videocloud/webhooks/stores/redis or /stores/postgres
});

receiver.on('video.processed', (event, { deliveryKey }) => {
  console.log(`${event.data.videoId} is ready in ${event.data.formats.length} formats (delivery ${deliveryKey})`);
});

export const POST = webhookHandler(receiver, { waitUntil: after });
