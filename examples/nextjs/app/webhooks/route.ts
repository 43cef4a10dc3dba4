import { createReceiver } from '@videocloud/webhooks';
import { webhookHandler } from '@videocloud/webhooks/next';
import { after } from 'next/server';
import { store } from '../../store';

const receiver = createReceiver({
  secrets: () => process.env.VIDEOCLOUD_WEBHOOK_SECRET, // a function: `next build` evaluates this module, where it need not be set
  idempotency: store,
});

receiver.on('video.processed', (event, { deliveryKey }) => {
  console.log(`${event.data.videoId} is ready in ${event.data.formats.length} formats (delivery ${deliveryKey})`);
});

export const POST = webhookHandler(receiver, { waitUntil: after });
