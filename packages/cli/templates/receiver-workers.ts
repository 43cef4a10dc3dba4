import { createReceiver } from '@videocloud/webhooks';

export type WebhookEnv = { VIDEOCLOUD_WEBHOOK_SECRET: string };

export const receiver = createReceiver<WebhookEnv>({ secrets: ({ env }) => env.VIDEOCLOUD_WEBHOOK_SECRET });

receiver.on('video.processed', (event) => {
  console.log(`${event.data.videoId} is ready`);
});
