import { createReceiver, memoryStore, type Receiver } from '@videocloud/webhooks';

interface Env {
  readonly VIDEOCLOUD_WEBHOOK_SECRET?: string;
}

let receiver: Receiver | undefined;

/** One receiver an isolate: the environment is known only when the first request comes. */
function receiverOf(env: Env): Receiver {
  receiver ??= createReceiver({
    secrets: () => env.VIDEOCLOUD_WEBHOOK_SECRET,
    idempotency: memoryStore(), // of this isolate only; postgresStore(client) through Hyperdrive is shared by all
  }).on('video.processed', (event) => {
    console.log(`${event.data.videoId} is ready in ${event.data.formats.length} formats`);
  });
  return receiver;
}

export default {
  async fetch(request: Request, env: Env, context: { waitUntil(work: Promise<unknown>): void }): Promise<Response> {
    if (new URL(request.url).pathname !== '/webhooks') return new Response('Not found', { status: 404 });
    return receiverOf(env).fetch(request, env, context);
  },
};
