import { createReceiver, memoryStore } from '@videocloud/webhooks';

interface Env {
  readonly VIDEOCLOUD_WEBHOOK_SECRET?: string;
}

const receiver = createReceiver<Env>({
  secrets: ({ env }) => env.VIDEOCLOUD_WEBHOOK_SECRET,
  idempotency: memoryStore(), // of this isolate only; durableObjectStore(env.CLAIMS) and d1Store(env.DB) are shared by all
}).on('video.processed', (event) => {
  console.log(`${event.data.videoId} is ready in ${event.data.formats.length} formats`);
});

export default {
  async fetch(request: Request, env: Env, context: { waitUntil(work: Promise<unknown>): void }): Promise<Response> {
    if (new URL(request.url).pathname !== '/webhooks') return new Response('Not found', { status: 404 });
    return receiver.fetch(request, env, context);
  },
};
