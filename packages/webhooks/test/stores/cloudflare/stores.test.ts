import { describe, expect, it, vi } from 'vitest';
import { type D1DatabaseLike, d1Store } from '../../../src/stores/d1.js';
import {
  type DurableObjectNamespaceLike,
  durableObjectStore,
  WebhookClaims,
} from '../../../src/stores/durable-object.js';
import { bundled, claimsOf, databaseOf, hasMiniflare, miniflare, PASSES_ON } from './backends.js';

const TIMES = { leaseMs: 30_000, ttlMs: 60_000 };

/** Asks the object of the only shard what the test's own class tells of it. */
async function askTestOf(namespace: DurableObjectNamespaceLike): Promise<unknown> {
  const object = namespace.get(namespace.idFromName('videocloud-webhooks-0') as never);
  return (await object.fetch('https://claims.invalid/test', { method: 'POST', body: '' })).json();
}

describe('durableObjectStore', () => {
  it.each([undefined, null, {}, { idFromName: () => 'id' }])('refuses %j, which is no namespace', (given) => {
    expect(() => durableObjectStore(given as never)).toThrow(/env\.CLAIMS/);
  });

  it.each([0, 1.5, 1_025, '16'])('refuses %j shards', (shards) => {
    const namespace = { idFromName: () => 'id', get: () => undefined as never };
    expect(() => durableObjectStore(namespace, { shards: shards as number })).toThrow(/1 to 1024/);
  });

  it.each([undefined, null, {}, { state: 'strange' }, { state: 'claimed' }, { state: 'in_progress' }, 1])(
    'takes %j for no answer to a claim',
    async (reply) => {
      await expect(durableObjectStore(answering(reply)).claim('key', TIMES)).rejects.toThrow(/WebhookClaims/);
    },
  );

  it('takes an answer other than true and false for no answer to complete and release', async () => {
    await expect(durableObjectStore(answering('true')).complete('key', 'token', 1_000)).rejects.toThrow(TypeError);
    await expect(durableObjectStore(answering(1)).release('key', 'token')).rejects.toThrow(TypeError);
    await expect(durableObjectStore(answering(true, 500)).release('key', 'token')).rejects.toThrow(/500/);
  });
});

describe('WebhookClaims', () => {
  it('sets its alarm at the next step where the caller of the first had gone', async () => {
    const alarms: number[] = [];
    const storage = {
      sql: { exec: () => ({ toArray: () => [] }) },
      getAlarm: vi.fn<() => Promise<number | null>>(async () => null),
      setAlarm: async (at: number) => void alarms.push(at),
    };
    storage.getAlarm.mockReturnValueOnce(new Promise(() => undefined));
    const claims = new WebhookClaims({ storage });
    const step = () =>
      claims.fetch(
        new Request('https://claims.invalid/', {
          method: 'POST',
          body: JSON.stringify({ do: 'claim', key: 'k', token: 't', lease: 1_000, ttl: 1_000 }),
        }),
      );
    void step();
    await vi.waitFor(() => expect(storage.getAlarm).toHaveBeenCalledOnce());
    expect((await step()).status).toBe(200);
    await step();
    expect([alarms.length, storage.getAlarm.mock.calls.length]).toEqual([1, 2]);
  });
});

function answering(reply: unknown, status = 200): DurableObjectNamespaceLike {
  const text = reply === undefined ? 'null' : JSON.stringify(reply);
  return { idFromName: (name) => name, get: () => ({ fetch: async () => new Response(text, { status }) }) };
}

describe('d1Store', () => {
  it.each([undefined, null, {}])('refuses %j, which is no database', (given) => {
    expect(() => d1Store(given as never)).toThrow(/env\.DB/);
  });

  it.each(['', 'a b', 'a"; DROP TABLE x', 'main.claims', 7])('refuses the table name %j', (table) => {
    expect(() => d1Store(database([]), { table: table as string })).toThrow(/ASCII/);
  });

  it.each([[[]], [[{}]], [[{ HOLDER: 'x', DONE: 0 }]], [[{ holder: 'another', done: 0 }]], [undefined]])(
    'takes %j for no answer to a claim',
    async (results) => {
      await expect(d1Store(database(results)).claim('key', TIMES)).rejects.toThrow(TypeError);
    },
  );
});

function database(results: unknown): D1DatabaseLike {
  return { prepare: () => ({ bind: () => ({ all: async () => ({ results: results as unknown[] }) }) }) };
}

describe.skipIf(!hasMiniflare)('on workerd', () => {
  it('d1Store.sweep deletes what has expired, at most its limit at a time', async () => {
    const server = miniflare({ script: `export default ${PASSES_ON}`, d1Databases: ['DB'] });
    try {
      const store = d1Store(databaseOf(server), { table: 'claims' });
      await store.migrate();
      await store.migrate();
      for (const key of ['a', 'b', 'c']) await store.claim(key, { leaseMs: 1, ttlMs: 1 });
      await store.claim('kept', TIMES);
      await new Promise((resolve) => setTimeout(resolve, 5));
      expect(await store.sweep({ limit: 2 })).toBe(2);
      expect(await store.sweep()).toBe(1);
      expect(await store.sweep()).toBe(0);
      expect((await store.claim('kept', TIMES)).state).toBe('in_progress');
      await expect(store.sweep({ limit: 0 })).rejects.toThrow(/limit/);
      await expect(store.sweep({ limti: 5 } as never)).rejects.toThrow(/did you mean 'limit'/);
    } finally {
      await server.dispose();
    }
  });

  it('WebhookClaims tells of a claim though no alarm can be set, and sets it with the next', async () => {
    const server = miniflare({
      script: await bundled(`
        import { WebhookClaims as Claims } from '../../../src/stores/durable-object.js';
        export class WebhookClaims extends Claims {
          constructor({ storage }) {
            let faults = 1;
            super({ storage: {
              sql: storage.sql,
              getAlarm: () => storage.getAlarm(),
              setAlarm: (at) => (faults-- > 0 ? Promise.reject(new Error('no alarm now')) : storage.setAlarm(at)),
            } });
            this.storage = storage;
          }
          async fetch(request) {
            if (!request.url.includes('/test')) return super.fetch(request);
            return Response.json((await this.storage.getAlarm()) !== null);
          }
        }
        export default ${PASSES_ON};
      `),
      durableObjects: { CLAIMS: { className: 'WebhookClaims', useSQLite: true } },
    });
    try {
      const namespace = claimsOf(server);
      const store = durableObjectStore(namespace, { shards: 1 });
      const hasAlarm = () => askTestOf(namespace);
      expect((await store.claim('first', TIMES)).state).toBe('claimed');
      expect(await hasAlarm()).toBe(false);
      expect((await store.claim('second', TIMES)).state).toBe('claimed');
      expect(await hasAlarm()).toBe(true);
    } finally {
      await server.dispose();
    }
  });

  it('WebhookClaims deletes expired claims in its alarm and stops setting one when none are left', async () => {
    const server = miniflare({
      script: await bundled(`
        import { WebhookClaims as Claims } from '../../../src/stores/durable-object.js';
        export class WebhookClaims extends Claims {
          constructor(state) { super(state); this.state = state; }
          async fetch(request) {
            if (!request.url.includes('/test')) return super.fetch(request);
            await this.alarm();
            const rows = this.state.storage.sql.exec('SELECT key FROM claims').toArray();
            return Response.json({ keys: rows.map(({ key }) => key), alarm: (await this.state.storage.getAlarm()) !== null });
          }
        }
        export default ${PASSES_ON};
      `),
      durableObjects: { CLAIMS: { className: 'WebhookClaims', useSQLite: true } },
    });
    try {
      const namespace = claimsOf(server);
      const store = durableObjectStore(namespace, { shards: 1 });
      const afterAlarm = () => askTestOf(namespace);
      await store.claim('brief', { leaseMs: 1, ttlMs: 1 });
      await store.claim('long', { leaseMs: 200, ttlMs: 200 });
      await new Promise((resolve) => setTimeout(resolve, 20));
      const first = await afterAlarm();
      expect(first).toMatchObject({ keys: expect.not.arrayContaining(['brief']) });
      await new Promise((resolve) => setTimeout(resolve, 250));
      expect(await afterAlarm()).toMatchObject({ keys: [] });
      const object = namespace.get(namespace.idFromName('videocloud-webhooks-0') as never);
      expect((await object.fetch('https://claims.invalid/', { method: 'POST', body: '{"do":"drop"}' })).status).toBe(
        400,
      );
    } finally {
      await server.dispose();
    }
  });
});
