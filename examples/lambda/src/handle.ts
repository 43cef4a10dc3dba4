// The function behind the queue: each event once, whatever the platform or the queue delivers again.
import { createReceiver } from '@videocloud/webhooks';
import { sqsHandler } from '@videocloud/webhooks/lambda';
import { redisStore } from '@videocloud/webhooks/stores/redis';
import { Redis } from 'ioredis';

const redis = new Redis(process.env.REDIS_URL ?? '', { maxRetriesPerRequest: 1 });

const receiver = createReceiver({
  secrets: () => process.env.VIDEOCLOUD_WEBHOOK_SECRET,
  idempotency: redisStore(redis),
});

receiver.on('video.processed', (event, { deliveryKey }) => {
  console.log(`${event.data.videoId} is ready in ${event.data.formats.length} formats (delivery ${deliveryKey})`);
});

export const handler = sqsHandler(receiver);
