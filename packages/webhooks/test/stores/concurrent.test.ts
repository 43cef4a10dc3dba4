import { Agent, createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { webhookHandler } from '../../src/adapters/node.js';
import { createReceiver, type IdempotencyStore } from '../../src/index.js';
import { signedBody } from '../../src/testing/index.js';
import type { Backend } from './backend.js';
import { BACKENDS, uniqueKey } from './harness.js';

const SECRET = 'secret of the concurrent copies';
/** A thousand in `npm run long -- copies`. */
const COPIES = process.env.LONG === undefined ? 300 : 1_000;

function send(url: string, agent: Agent, body: Uint8Array, headers: Record<string, string>): Promise<string> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method: 'POST', agent, headers }, (response) => {
      const retry = response.headers['retry-after'];
      response
        .resume()
        .once('end', () => resolve(`${response.statusCode}${retry === undefined ? '' : ' with Retry-After'}`));
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

function tally(answers: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const answer of answers) counts[answer] = (counts[answer] ?? 0) + 1;
  return counts;
}

// A Cluster is the same script on the same client, one hop further.
describe.each(BACKENDS.filter(({ name }) => !/cluster/i.test(name)))(
  `${COPIES} copies at once over HTTP, two instances on $name`,
  ({ available, open }) => {
    describe.skipIf(!available)('with its server', () => {
      let backend: Backend;
      const servers: Server[] = [];
      const urls: string[] = [];
      const runs: string[] = [];
      const errors: unknown[] = [];
      let finish: () => void = () => undefined;

      async function listen(store: IdempotencyStore): Promise<void> {
        const receiver = createReceiver({
          secrets: SECRET,
          idempotency: { store, lease: 59_000 },
          // A thousand requests on a busy machine take their time: no limit of the receiver is judged here.
          handlerTimeout: 58_000,
          storeTimeout: 60_000,
          bodyTimeout: 60_000,
          onError: (error) => errors.push(error),
        });
        receiver.on('video.deleted', (event) => {
          runs.push(String(event.data.videoId));
          return new Promise<void>((resolve) => {
            finish = resolve;
          });
        });
        const server = createServer(webhookHandler(receiver));
        await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, resolve));
        servers.push(server);
        urls.push(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      }

      beforeAll(async () => {
        backend = await open();
        await listen(backend.store);
        await listen(backend.other);
      });
      afterAll(async () => {
        for (const server of servers) {
          server.closeAllConnections();
          server.close();
        }
        await backend?.close();
      });

      it('run the handler once; losers get 409 until it is done, then 200', { timeout: 180_000 }, async () => {
        const agent = new Agent({ keepAlive: true, maxSockets: COPIES });
        const id = uniqueKey();
        const { body, headers } = await signedBody(
          { event: 'video.deleted', timestamp: '2024-03-31T12:00:00Z', data: { videoId: id } },
          SECRET,
        );
        const copies = Array.from({ length: COPIES }, (_, n) => send(urls[n % 2] ?? '', agent, body, headers));
        // The handler ends when all the others have been answered.
        const rest = await new Promise<string[]>((resolve) => {
          const answers: string[] = [];
          for (const copy of copies) {
            copy.then((answer) => {
              if (answers.push(answer) === COPIES - 1) resolve([...answers]);
            });
          }
        });
        expect(tally(rest)).toEqual({ '409 with Retry-After': COPIES - 1 });
        finish();
        const answers = await Promise.all(copies);
        expect(tally(answers)).toEqual({ '409 with Retry-After': COPIES - 1, 200: 1 });
        const later = await Promise.all(
          Array.from({ length: 50 }, (_, n) => send(urls[n % 2] ?? '', agent, body, headers)),
        );
        expect(tally(later)).toEqual({ 200: 50 });
        expect(runs).toEqual([id]);
        expect(errors).toEqual([]);
        agent.destroy();
      });
    });
  },
);
