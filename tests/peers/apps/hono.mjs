import { serve } from '@hono/node-server';
import { webhookHandler } from '@videocloud/webhooks/hono';
import { Hono } from 'hono';
import { countingReceiver, urlOf } from './lib.mjs';

export async function start() {
  const { receiver, handled } = countingReceiver();
  const { fetch } = new Hono().post('/webhooks', webhookHandler(receiver));
  const server = await new Promise((resolve) => {
    const started = serve({ fetch, port: 0, hostname: '127.0.0.1' }, () => resolve(started));
  });
  return { url: urlOf(server), handled, stop: () => new Promise((resolve) => server.close(resolve)) };
}
