import { serve } from '@hono/node-server';
import { verifyWebhook, webhookHandler } from '@videocloud/webhooks/hono';
import { Hono } from 'hono';
import { countingReceiver, SECRET, urlOf } from './lib.mjs';

export async function start() {
  const { receiver, handled } = countingReceiver();
  const { fetch } = new Hono()
    .post('/webhooks', webhookHandler(receiver))
    // What Hono has cached of the body is read again behind the middleware.
    .post('/verified', verifyWebhook({ secrets: SECRET }), async (c) => c.text((await c.req.json()).event));
  const server = await new Promise((resolve) => {
    const started = serve({ fetch, port: 0, hostname: '127.0.0.1' }, () => resolve(started));
  });
  const url = urlOf(server);
  const others = [url.replace('/webhooks', '/verified')];
  return { url, handled, others, stop: () => new Promise((resolve) => server.close(resolve)) };
}
