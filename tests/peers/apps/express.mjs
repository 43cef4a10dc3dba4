import { verifyWebhook, webhookHandler } from '@videocloud/webhooks/express';
import express from 'express';
import { countingReceiver, listen, SECRET } from './lib.mjs';

export async function start() {
  const { receiver, handled } = countingReceiver();
  const app = express();
  app.post('/webhooks', webhookHandler(receiver));
  app.post('/verified', verifyWebhook({ secrets: SECRET }), (request, response) => {
    response.end(request.webhook.event.event);
  });
  const { url, stop } = await listen(app);
  return { url, handled, others: [url.replace('/webhooks', '/verified')], stop };
}
