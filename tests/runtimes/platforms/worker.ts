import { createReceiver, memoryStore } from '@videocloud/webhooks';

interface Env {
  VIDEOCLOUD_WEBHOOK_SECRET: string;
}

const receiver = createReceiver<Env>({
  secrets: ({ env }) => env.VIDEOCLOUD_WEBHOOK_SECRET,
  idempotency: memoryStore(),
}).on('video.*', () => undefined);

export default { fetch: receiver.fetch } satisfies ExportedHandler<Env>;
