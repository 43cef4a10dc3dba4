import { createReceiver, memoryStore } from '@videocloud/webhooks';
import { lambdaHandler } from '@videocloud/webhooks/lambda';

const receiver = createReceiver({
  secrets: () => process.env.VIDEOCLOUD_WEBHOOK_SECRET,
  idempotency: memoryStore(), // of this container only: give redisStore(client) or postgresStore(pool)
  handlerTimeout: 8_000, // below the timeout of the function
});

receiver.on('video.processed', (event) => {
  console.log(`${event.data.videoId} is ready`);
});

export const handler = lambdaHandler(receiver);
