import { createReceiver, memoryStore } from '@videocloud/webhooks';
import { fastifyWebhooks } from '@videocloud/webhooks/fastify';
import Fastify from 'fastify';

export const receiver = createReceiver({
  secrets: () => process.env.VIDEOCLOUD_WEBHOOK_SECRET,
  idempotency: memoryStore(), // one process; several share redisStore(client) or postgresStore(pool)
});

receiver.on('video.processed', (event) => {
  console.log(`${event.data.videoId} is ready`);
});

export const app = Fastify({ keepAliveTimeout: 5_000 }); // what close() may wait for a quiet connection

app.register(fastifyWebhooks, { receiver, path: '/webhooks' });
