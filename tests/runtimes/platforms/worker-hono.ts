import { createReceiver } from '@videocloud/webhooks';
import { verifyWebhook, webhookHandler } from '@videocloud/webhooks/hono';
import { Hono } from 'hono';

interface Env {
  VIDEOCLOUD_WEBHOOK_SECRET: string;
}

const receiver = createReceiver<Env>({ secrets: ({ env }) => env.VIDEOCLOUD_WEBHOOK_SECRET }).on(
  'video.*',
  () => undefined,
);

const app = new Hono<{ Bindings: Env }>();
app.post('/', webhookHandler(receiver));
app.post('/verified', verifyWebhook<Env>({ secrets: ({ env }) => env.VIDEOCLOUD_WEBHOOK_SECRET }), (c) =>
  c.text(c.var.webhook.event.event),
);
export default app satisfies ExportedHandler<Env>;
