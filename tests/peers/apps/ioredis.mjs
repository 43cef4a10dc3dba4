import { webhookHandler } from '@videocloud/webhooks/node';
import { redisStore } from '@videocloud/webhooks/stores/redis';
import * as ioredis from 'ioredis';
import { countingReceiver, listen } from './lib.mjs';

// Version 5.0 is CommonJS, the class itself being its exports.
const Redis = ioredis.Redis ?? ioredis.default;

export async function start() {
  const client = new Redis(process.env.REDIS_URL);
  const { receiver, handled } = countingReceiver({ idempotency: redisStore(client) });
  const { url, stop } = await listen(webhookHandler(receiver));
  return { url, handled, stop: () => stop().then(() => client.quit()) };
}
