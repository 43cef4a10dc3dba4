import { verifyWebhook, webhookHandler } from '@videocloud/webhooks/koa';
import Koa from 'koa';
import { countingReceiver, listen, SECRET } from './lib.mjs';

export async function start() {
  const { receiver, handled } = countingReceiver();
  const handle = webhookHandler(receiver);
  const verify = verifyWebhook({ secrets: SECRET });
  const app = new Koa();
  app.use((ctx, next) => (ctx.path === '/verified' ? verify(ctx, next) : handle(ctx, next)));
  app.use((ctx) => {
    ctx.body = ctx.state.webhook.event.event;
  });
  const { url, stop } = await listen(app.callback());
  return { url, handled, others: [url.replace('/webhooks', '/verified')], stop };
}
