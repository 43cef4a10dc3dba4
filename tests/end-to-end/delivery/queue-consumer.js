// A Lambda function behind an SQS queue, invoked once in a process of its own, to be killed where HANG is 'yes'.
import { createReceiver } from '@videocloud/webhooks';
import { sqsHandler } from '@videocloud/webhooks/lambda';
import { redisStore } from '@videocloud/webhooks/stores/redis';
import { Redis } from 'ioredis';

const { STORE_URL = '', SECRET = '', EVENT = '', HANG } = process.env;
const redis = new Redis(STORE_URL);
const receiver = createReceiver({
  secrets: SECRET,
  handlerTimeout: 2_500,
  storeTimeout: 20_000,
  idempotency: { store: redisStore(redis), lease: 3_000 },
});
receiver.on('video.deleted', async (_, { attempt }) => {
  await redis.rpush('notes', `start ${attempt}`);
  if (HANG === 'yes') await new Promise((resolve) => setTimeout(resolve, 3_600_000));
  await redis.rpush('notes', `end ${attempt}`);
});

console.log('invoked');
console.log(`answered ${JSON.stringify(await sqsHandler(receiver)(JSON.parse(EVENT)))}`);
await redis.quit();
