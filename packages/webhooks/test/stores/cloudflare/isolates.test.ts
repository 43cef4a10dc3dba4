// Many copies of one delivery at once, against two isolates of workerd that share one store.
import { describe, expect, it } from 'vitest';
import { isAvailable } from '../../../../../tests/support/services.js';
import { startUpstash } from '../../../../../tests/support/upstash.js';
import { fixture, signedBody } from '../../../src/testing/index.js';
import { bundled, hasMiniflare, miniflare } from './backends.js';

const SECRET = 'isolates-secret';
const COPIES = 1_000;

const worker = (store: string) => `
  import { createReceiver } from '../../../src/index.js';
  import { d1Store } from '../../../src/stores/d1.js';
  import { durableObjectStore, WebhookClaims } from '../../../src/stores/durable-object.js';
  import { redisStore } from '../../../src/stores/redis.js';
  import { Redis } from '@upstash/redis/cloudflare';
  export { WebhookClaims };
  const receiver = createReceiver({ secrets: '${SECRET}', storeTimeout: 60_000, idempotency: ({ env }) => ${store} })
    .on('video.processed', async (_, { env }) => {
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
      return receiver.fetch(request, env, ctx);
    },
  };
`;

describe
  .skipIf(!hasMiniflare)
  .each([
    ['Durable Objects', 'durableObjectStore(env.CLAIMS)'],
    ['D1', 'd1Store(env.RUNS)'],
    ...(isAvailable('redis')
      ? [['Upstash', "redisStore(new Redis({ url: env.UPSTASH, token: 'a token', enableTelemetry: false }))"]]
      : []),
  ])('two isolates of workerd with %s', (_, store) => {
  it(`run one of ${COPIES} copies, and answer 200 or 409 to all`, { timeout: 180_000 }, async () => {
    const script = await bundled(worker(store ?? ''));
    const upstash = store?.includes('env.UPSTASH') ? await startUpstash() : undefined;
    const bindings = { UPSTASH: upstash?.url ?? '' };
    const claims = { className: 'WebhookClaims', useSQLite: true };
    const shared = { modules: true, script, compatibilityDate: '2025-06-01', d1Databases: { RUNS: 'runs' } };
    const server = miniflare({
      workers: [
        {
          ...shared,
          name: 'first',
          bindings: { ...bindings, NAME: 'first' },
          durableObjects: { CLAIMS: claims },
          routes: ['first.test/*'],
        },
        {
          ...shared,
          name: 'second',
          bindings: { ...bindings, NAME: 'second' },
          durableObjects: { CLAIMS: { ...claims, scriptName: 'first' } },
          routes: ['second.test/*'],
        },
      ],
    });
    try {
      await (await server.dispatchFetch('http://first.test/migrate')).text();
      const { body, headers } = await signedBody(fixture('video.processed'), SECRET);
      const statuses = new Map<number, number>();
      const send = async (index: number, tries = 5): Promise<void> => {
        const host = index % 2 === 0 ? 'first.test' : 'second.test';
        const post = { method: 'POST', body, headers };
        const response = await server.dispatchFetch(`http://${host}/`, post).catch(() => undefined);
        // A connection that was closed while it was reused is a copy that got no answer: the platform sends it again.
        if (response === undefined && tries > 0) return send(index, tries - 1);
        if (response === undefined) throw new Error('no connection');
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
      await upstash?.close();
    }
  });
});
