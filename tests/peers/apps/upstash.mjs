// The real client against a REST front of a real Redis, as Upstash has one.
import { createServer } from 'node:http';
import { Redis as Upstash } from '@upstash/redis';
import { webhookHandler } from '@videocloud/webhooks/node';
import { redisStore } from '@videocloud/webhooks/stores/redis';
import { Redis } from 'ioredis';
import { countingReceiver, listen, urlOf } from './lib.mjs';

const encoded = (value) =>
  Array.isArray(value) ? value.map(encoded) : typeof value === 'string' ? Buffer.from(value).toString('base64') : value;

export async function start() {
  const redis = new Redis(process.env.REDIS_URL ?? '');
  const front = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    const run = ([command, ...rest]) =>
      redis.call(command, ...rest.map(String)).then(
        (result) => ({ result: request.headers['upstash-encoding'] === 'base64' ? encoded(result) : result }),
        ({ message }) => ({ error: message }),
      );
    const answer = request.url === '/pipeline' ? await Promise.all(body.map(run)) : await run(body);
    response.writeHead('error' in answer ? 400 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer));
  });
  await new Promise((resolve) => front.listen(0, '127.0.0.1', () => resolve(undefined)));
  const client = new Upstash({ url: new URL(urlOf(front)).origin, token: 'a token' });
  const { receiver, handled } = countingReceiver({ idempotency: redisStore(client) });
  const { url, stop } = await listen(webhookHandler(receiver));
  const stopFront = () => {
    front.closeAllConnections();
    front.close();
  };
  return { url, handled, stop: () => Promise.all([stop(), redis.quit(), stopFront()]) };
}
