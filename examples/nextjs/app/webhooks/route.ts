import { createReceiver } from '@videocloud/webhooks';
import { webhookHandler } from '@videocloud/webhooks/next';
import { after } from 'next/server';

// A function: `next build` evaluates this module, where the variable need not be set.
const receiver = createReceiver({ secrets: () => process.env.VIDEOCLOUD_WEBHOOK_SECRET });

receiver.on('video.processed', (event) => {
  console.log(`${event.data.videoId} is ready in ${event.data.formats.length} formats`);
});

export const POST = webhookHandler(receiver, { waitUntil: after });
