import { createReceiver, memoryStore } from '@videocloud/webhooks';
import { webhookHandler } from '@videocloud/webhooks/node';
import Fastify from 'fastify';

export const receiver = createReceiver({
  secrets: () => process.env.VIDEOCLOUD_WEBHOOK_SECRET,
  idempotency: memoryStore(), // one process; several share redisStore(client) or postgresStore(pool)
});

receiver.on('video.processed', (event) => {
  console.log(`${event.data.videoId} is ready`);
});

export const app = Fastify({ keepAliveTimeout: 5_000 }); // what close() may wait for a quiet connection

app.register(async (webhooks) => {
  // In this plugin only: no parser may touch the stream, for the signature is over its bytes.
  webhooks.removeAllContentTypeParsers();
  webhooks.addContentTypeParser('*', (_request, _stream, done) => done(null));
  const handle = webhookHandler(receiver);
  webhooks.all('/webhooks', (request, reply) => {
    reply.hijack(); // the receiver answers
    handle(request.raw, reply.raw);
  });
});

app.addHook('onClose', () => receiver.drain());
