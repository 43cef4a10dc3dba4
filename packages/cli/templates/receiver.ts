import { createReceiver, memoryStore } from '@videocloud/webhooks';

export const receiver = createReceiver({
  secrets: () => process.env.VIDEOCLOUD_WEBHOOK_SECRET,
  idempotency: memoryStore(), // one process; several share redisStore(client) or postgresStore(pool)
});

receiver.on('video.processed', (event) => {
  console.log(`${event.data.videoId} is ready`);
});
