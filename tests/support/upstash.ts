// A REST front of a real Redis, as Upstash has one: what the real `@upstash/redis` client sends is run by the server.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Redis } from 'ioredis';
import { answering } from './answering.js';
import { startRedis } from './services.js';

export interface Upstash {
  readonly url: string;
  close(): Promise<void>;
}

export async function startUpstash(): Promise<Upstash> {
  const server = await startRedis();
  const redis = new Redis(server.url);
  const front = createServer(
    answering(async (request, response) => {
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
    }),
  );
  front.listen(0, '127.0.0.1');
  await new Promise((resolve) => front.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(front.address() as AddressInfo).port}`,
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
