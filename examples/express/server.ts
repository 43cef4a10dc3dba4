import { createReceiver, memoryStore } from '@videocloud/webhooks';
import { webhookHandler } from '@videocloud/webhooks/express';
import express from 'express';

const receiver = createReceiver({
  secrets: process.env.VIDEOCLOUD_WEBHOOK_SECRET ?? '',
  idempotency: memoryStore(), // one process; several share @videocloud/webhooks/stores/redis or /stores/postgres
});

receiver.on('video.processed', (event, { deliveryKey }) => {
  console.log(`${event.data.videoId} is ready in ${event.data.formats.length} formats (delivery ${deliveryKey})`);
});

const app = express();
app.post('/webhooks', webhookHandler(receiver)); // before express.json(): the signature is over the raw bytes
app.use(express.json());

const server = app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  const address = server.address();
  console.log(`listening on http://127.0.0.1:${typeof address === 'object' ? address?.port : address}/webhooks`);
});

process.once('SIGTERM', () => {
  server.close(async () => {
    await receiver.drain();
    process.exit(0);
  });
  server.closeIdleConnections();
});
