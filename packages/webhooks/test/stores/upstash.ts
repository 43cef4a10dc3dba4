// A REST front of a real Redis, as Upstash has one: what the real `@upstash/redis` client sends is run by the server.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Redis as Upstash } from '@upstash/redis';
import { Redis } from 'ioredis';
import { startRedis } from '../../../../tests/support/services.js';
import { redisStore } from '../../src/stores/redis.js';
import type { Backend } from './backend.js';

export async function openUpstash(): Promise<Backend> {
  const server = await startRedis();
  const redis = new Redis(server.url);
  const front = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as string[] | string[][];
    const inBase64 = request.headers['upstash-encoding'] === 'base64';
    const run = async ([command = '', ...parameters]: string[]) => {
      try {
        const result: unknown = await redis.call(command, ...parameters.map(String));
        return { result: inBase64 ? encoded(result) : result };
      } catch (error) {
        return { error: (error as Error).message };
      }
    };
    const isPipeline = request.url === '/pipeline';
    const answer = isPipeline ? await Promise.all((body as string[][]).map(run)) : await run(body as string[]);
    response.writeHead('error' in answer ? 400 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer));
  });
  front.listen(0, '127.0.0.1');
  await new Promise((resolve) => front.once('listening', resolve));
  const url = `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
  const store = () => redisStore(new Upstash({ url, token: 'a token', enableTelemetry: false }));
  return {
    store: store(),
    other: store(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms + 2)),
    close: async () => {
      front.closeAllConnections();
      await new Promise((resolve) => front.close(resolve));
      await redis.quit();
      await server.stop();
    },
  };
}

/** Text as Upstash encodes it for clients that ask; other values as they are. */
function encoded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(encoded);
  return typeof value === 'string' ? Buffer.from(value, 'utf8').toString('base64') : value;
}
