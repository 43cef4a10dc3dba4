// Both functions, called as the platform calls them: with a function URL's events and with a queue's.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { checkReceiver } from '@videocloud/webhooks-conformance';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { isAvailable, type Service, startRedis } from '../../../tests/support/services.js';
import { startQueue } from './queue.js';

const SECRET = 'a secret of the functions';
const MAX_REQUEST_BYTES = 6 * 1_048_576;

describe.skipIf(!isAvailable('redis'))('the Lambda example', () => {
  let redis: Service;
  let queue: Awaited<ReturnType<typeof startQueue>>;
  let url: string;
  const printed: string[] = [];
  const front = createServer();

  beforeAll(async () => {
    redis = await startRedis();
    vi.stubEnv('REDIS_URL', redis.url);
    vi.stubEnv('VIDEOCLOUD_WEBHOOK_SECRET', SECRET);
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_REGION']) vi.stubEnv(name, 'test');
    vi.spyOn(console, 'log').mockImplementation((line) => void printed.push(String(line)));
    // The kit sends payloads that are odd on purpose.
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const { handler: handle } = await import('../src/handle.js');
    queue = await startQueue(handle);
    vi.stubEnv('QUEUE_URL', queue.url);
    vi.stubEnv('AWS_ENDPOINT_URL', new URL(queue.url).origin);
    const { handler: accept } = await import('../src/accept.js');
    front.on('request', async (request, response) => {
      try {
        const chunks: Buffer[] = [];
        let size = 0;
        for await (const chunk of request) {
          chunks.push(chunk as Buffer);
          size += (chunk as Buffer).length;
          // The platform's own limit.
          if (size > MAX_REQUEST_BYTES) return void response.writeHead(413, { connection: 'close' }).end();
        }
        const answer = await accept({
          requestContext: { http: { method: request.method, path: request.url } },
          headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
          body: Buffer.concat(chunks).toString('base64'),
          isBase64Encoded: true,
        });
        response.writeHead(answer.statusCode, answer.headers).end(answer.body);
      } catch {
        // The sender left.
        response.destroy();
      }
    });
    await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(front.address() as AddressInfo).port}/webhooks`;
  });
  afterAll(async () => {
    front.closeAllConnections();
    front.close();
    queue?.close();
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    await redis?.stop();
  });

  it('passes every case of the conformance kit, with effects', { timeout: 300_000 }, async () => {
    const report = await checkReceiver(url, {
      secret: SECRET,
      fast: true,
      // Nothing here judges speed: the machine may be busy with other things.
      deadline: 20_000,
      timeLimit: 280_000,
      effects: async ({ key }) => {
        await expect.poll(queue.waiting).toBe(0);
        return printed.filter((line) => line.includes(`(delivery ${key})`)).length;
      },
    });
    const notPassed = report.results.filter(({ status }) => status !== 'passed');
    expect(notPassed.map(({ id, status, detail }) => ({ id, status, detail }))).toEqual([
      { id: 'signature.previous-secret', status: 'skipped', detail: expect.stringContaining('needs `previousSecret`') },
      // The queue retries it: tests/end-to-end/delivery/queue-crash.test.ts shows a second run.
      { id: 'delivery.retry-after-failure', status: 'skipped', detail: expect.stringContaining('needs `failNext`') },
    ]);
    expect(report).toMatchObject({ level: 'reliable', failed: 0, interrupted: false });
  });
});
