import { serve } from '@hono/node-server';
import { createReceiver, memoryStore } from '@videocloud/webhooks';
import { webhookHandler } from '@videocloud/webhooks/hono';
import { Hono } from 'hono';

const receiver = createReceiver({
  secrets: process.env.VIDEOCLOUD_WEBHOOK_SECRET ?? '',
  idempotency: memoryStore(), // one process; several share @videocloud/webhooks/stores/redis or /stores/postgres
});

receiver.on('video.processed', (event, { deliveryKey }) => {
  console.log(`${event.data.videoId} is ready in ${event.data.formats.length} formats (delivery ${deliveryKey})`);
});

const app = new Hono();
app.post('/webhooks', webhookHandler(receiver));

const server = serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3000), hostname: '127.0.0.1' }, (info) => {
  console.log(`listening on http://127.0.0.1:${info.port}/webhooks`);
});

process.once('SIGTERM', () => {
  server.close(async () => {
    await receiver.drain();
    process.exit(0);
  });
  if ('closeIdleConnections' in server) server.closeIdleConnections();
});
