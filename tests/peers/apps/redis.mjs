import { webhookHandler } from '@videocloud/webhooks/node';
import { redisStore } from '@videocloud/webhooks/stores/redis';
import { createClient } from 'redis';
import { countingReceiver, listen } from './lib.mjs';

export async function start() {
  const client = createClient({ url: process.env.REDIS_URL });
  await client.connect();
  const { receiver, handled } = countingReceiver({ idempotency: redisStore(client) });
  const { url, stop } = await listen(webhookHandler(receiver));
  return { url, handled, stop: () => stop().then(() => client.quit()) };
}
