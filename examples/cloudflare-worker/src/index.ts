import { createReceiver } from '@videocloud/webhooks';
import { type BucketLike, type QueueLike, queueHandler, queueInbox } from '@videocloud/webhooks/cloudflare';
import { webhookHandler } from '@videocloud/webhooks/hono';
import { type DurableObjectNamespaceLike, durableObjectStore } from '@videocloud/webhooks/stores/durable-object';
import { Hono } from 'hono';

export { WebhookClaims } from '@videocloud/webhooks/stores/durable-object';

export interface Env {
  readonly VIDEOCLOUD_WEBHOOK_SECRET?: string;
  readonly QUEUE: QueueLike;
  readonly BODIES: BucketLike; // for deliveries over 128 KB, which no message holds
  readonly CLAIMS: DurableObjectNamespaceLike;
}

const secrets = ({ env }: { env: Env }) => env.VIDEOCLOUD_WEBHOOK_SECRET;

// Behind the URL: a verified delivery goes into the queue and is answered 200.
const accepting = createReceiver<Env>({
  secrets,
  inbox: ({ env }) => queueInbox(env.QUEUE, { bucket: env.BODIES }),
  onOutcome: ({ result, event, deliveryKey }) => console.log(result, event, deliveryKey),
});

// Behind the queue: each event once, whatever the platform or the queue delivers again.
const handling = createReceiver<Env>({ secrets, idempotency: ({ env }) => durableObjectStore(env.CLAIMS) });

handling.on('video.processed', (event, { deliveryKey }) => {
  console.log(`${event.data.videoId} is ready in ${event.data.formats.length} formats (delivery ${deliveryKey})`);
});

const app = new Hono<{ Bindings: Env }>();
app.post('/webhooks', webhookHandler(accepting));

export default { fetch: app.fetch, queue: queueHandler(handling, { bucket: ({ env }) => env.BODIES }) };
