// Many copies of one delivery at once, against two isolates of workerd that share one store.
import { describe, expect, it } from 'vitest';
import { fixture, signedBody } from '../../../src/testing/index.js';
import { bundled, hasMiniflare, miniflare } from './backends.js';

const SECRET = 'isolates-secret';
const COPIES = 1_000;

const worker = (store: string) => `
  import { createReceiver } from '../../../src/index.ts';
  import { d1Store } from '../../../src/stores/d1.ts';
  import { durableObjectStore, WebhookClaims } from '../../../src/stores/durable-object.ts';
  export { WebhookClaims };
  let receiver;
  const receiverFor = (env) => createReceiver({ secrets: '${SECRET}', idempotency: ${store} })
    .on('video.processed', async () => {
      await env.RUNS.prepare('INSERT INTO runs (isolate) VALUES (?)').bind(env.NAME).all();
      await new Promise((resolve) => setTimeout(resolve, 50));
    });
  export default {
    async fetch(request, env, ctx) {
      if (new URL(request.url).pathname === '/migrate') {
        await env.RUNS.prepare('CREATE TABLE IF NOT EXISTS runs (isolate TEXT)').all();
        await d1Store(env.RUNS).migrate();
        return new Response('migrated');
      }
      if (new URL(request.url).pathname === '/runs') return Response.json((await env.RUNS.prepare('SELECT * FROM runs').all()).results);
      receiver ??= receiverFor(env);
      return receiver.fetch(request, env, ctx);
    },
  };
`;

describe.skipIf(!hasMiniflare).each([
  ['Durable Objects', 'durableObjectStore(env.CLAIMS)'],
  ['D1', 'd1Store(env.RUNS)'],
])('two isolates of workerd with %s', (_, store) => {
  it(`run one of ${COPIES} copies, and answer 200 or 409 to all`, { timeout: 180_000 }, async () => {
    const script = await bundled(worker(store));
    const claims = { className: 'WebhookClaims', useSQLite: true };
    const shared = { modules: true, script, compatibilityDate: '2025-06-01', d1Databases: { RUNS: 'runs' } };
    const server = miniflare({
      workers: [
        {
          ...shared,
          name: 'first',
          bindings: { NAME: 'first' },
          durableObjects: { CLAIMS: claims },
          routes: ['first.test/*'],
        },
        {
          ...shared,
          name: 'second',
          bindings: { NAME: 'second' },
          durableObjects: { CLAIMS: { ...claims, scriptName: 'first' } },
          routes: ['second.test/*'],
        },
      ],
    });
    try {
      await (await server.dispatchFetch('http://first.test/migrate')).text();
      const { body, headers } = await signedBody(fixture('video.processed'), SECRET);
      const statuses = new Map<number, number>();
      const send = async (index: number) => {
        const host = index % 2 === 0 ? 'first.test' : 'second.test';
        const response = await server.dispatchFetch(`http://${host}/`, { method: 'POST', body, headers });
        await response.text();
        statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
      };
      await Promise.all(Array.from({ length: COPIES }, (_, index) => send(index)));
      const runs = await (await server.dispatchFetch('http://first.test/runs')).json();
      expect(runs).toHaveLength(1);
      expect([...statuses.keys()].filter((status) => status !== 200 && status !== 409)).toEqual([]);
      expect([...statuses.values()].reduce((sum, count) => sum + count, 0)).toBe(COPIES);
    } finally {
      await server.dispose();
    }
  });
});
