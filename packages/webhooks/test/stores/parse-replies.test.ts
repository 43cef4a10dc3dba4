import { Redis } from 'ioredis';
import pg from 'pg';
import { createClient, RESP_TYPES } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAvailable, type Service, startPostgres, startRedis } from '../../../../tests/support/services.js';
import { createReceiver, type IdempotencyStore } from '../../src/index.js';
import { type PostgresClient, postgresStore } from '../../src/stores/postgres.js';
import { type IoredisLike, redisStore } from '../../src/stores/redis.js';
import { signedBody } from '../../src/testing/index.js';
import { uniqueKey } from './harness.js';

const TIMES = { leaseMs: 30_000, ttlMs: 60_000 };
const SECRET = 'secret of the replies';

/** Claims, finds in progress, releases, claims again, completes and finds done. */
async function lives(store: IdempotencyStore): Promise<void> {
  const key = uniqueKey();
  const first = await store.claim(key, TIMES);
  expect(first).toMatchObject({ state: 'claimed', attempt: 1 });
  const busy = await store.claim(key, TIMES);
  expect(busy).toMatchObject({ state: 'in_progress', retryAfterMs: expect.any(Number) });
  const token = first.state === 'claimed' ? first.token : '';
  expect(await store.release(key, token)).toBe(true);
  expect(await store.release(key, token)).toBe(false);
  const second = await store.claim(key, TIMES);
  expect(second).toMatchObject({ state: 'claimed', attempt: 2 });
  expect(await store.complete(key, second.state === 'claimed' ? second.token : '', 60_000)).toBe(true);
  expect(await store.complete(key, token, 60_000)).toBe(false);
  expect(await store.claim(key, TIMES)).toEqual({ state: 'done' });
}

/** Every step is an error: a reply that is not understood is no state and no boolean. */
async function refusesAll(store: IdempotencyStore): Promise<void> {
  await expect(store.claim('k', TIMES)).rejects.toThrow(/not understood/);
  await expect(store.complete('k', 't', 60_000)).rejects.toThrow(/not understood/);
  await expect(store.release('k', 't')).rejects.toThrow(/not understood/);
}

async function answerWith(store: IdempotencyStore): Promise<{ status: number; errors: unknown[]; runs: number }> {
  const errors: unknown[] = [];
  let runs = 0;
  const receiver = createReceiver({ secrets: SECRET, idempotency: store, onError: (error) => errors.push(error) });
  receiver.on('video.deleted', () => runs++);
  const { body, signature } = await signedBody(
    { event: 'video.deleted', timestamp: '2024-03-31T12:00:00Z', data: { videoId: uniqueKey() } },
    SECRET,
  );
  const { status } = await receiver.receive({ body, signature });
  return { status, errors, runs };
}

const upper = (name: string) => name.toUpperCase();
const renamed =
  (pool: pg.Pool, rename: (name: string) => string): PostgresClient['query'] =>
  async (text, values) => {
    const { rows } = await pool.query(text, values);
    return {
      rows: rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [rename(name), value]))),
    };
  };

describe.skipIf(!isAvailable('postgres'))('postgresStore with a client whose rows look different', () => {
  let server: Service;
  let pool: pg.Pool;
  beforeAll(async () => {
    server = await startPostgres();
    pool = new pg.Pool({ connectionString: server.url, max: 5 });
    // The server may be gone before an idle connection is.
    pool.on('error', () => undefined).on('connect', (client) => client.on('error', () => undefined));
    pool.on('error', () => undefined).on('connect', (client) => client.on('error', () => undefined));
    await postgresStore(pool).migrate();
  });
  afterAll(async () => {
    await pool?.end();
    await server?.stop();
  });

  it.each([
    ['upper-case names', upper],
    ['camelCase names', (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => upper(letter))],
    ['names of its own', (name: string) => `col_${name.length}`],
  ])('works with %s', async (_, rename) => {
    await lives(postgresStore({ query: renamed(pool, rename) }));
  });

  it('works with rows that are arrays', async () => {
    const store = postgresStore({
      query: (text, values) => pool.query({ text, values, rowMode: 'array' }) as Promise<{ rows: unknown[] }>,
    });
    await lives(store);
    expect(await store.sweep()).toBe(0);
  });

  it.each([
    ['BigInt', (text: string | null) => BigInt(String(text))],
    ['a number', (text: string | null) => Number(text)],
    ['a string', (text: string | null) => text],
  ])('works with integers as %s', async (_, parse) => {
    const integers = new Set([20, 21, 23, 701, 1700]);
    const types = {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        integers.has(oid) ? parse : pg.types.getTypeParser(oid, format),
    } as pg.CustomTypesConfig;
    const typed = new pg.Pool({ connectionString: server.url, max: 2, types });
    typed.on('error', () => undefined).on('connect', (client) => client.on('error', () => undefined));
    const store = postgresStore(typed);
    await lives(store);
    await pool.query(`UPDATE videocloud_webhooks SET expires_at = now() - interval '1 second'`);
    expect(await store.sweep()).toBeGreaterThan(0);
    expect(await store.sweep()).toBe(0);
    await typed.end();
  });
});

describe('postgresStore with a client whose replies are not understood', () => {
  it.each<[string, unknown]>([
    ['no row', []],
    ['two rows', [{ a: 'done' }, { a: 'done' }]],
    ['a row of two columns', [{ a: 'claimed 1', b: 'done' }]],
    ['an empty row', [{}]],
    ['null as a row', [null]],
    ['a row that is a string', ['done']],
    ['null', [{ a: null }]],
    ['a boolean', [{ a: true }]],
    ['another word', [{ a: 'finished' }]],
    ['a claim without its attempt', [{ a: 'claimed' }]],
    ['a claim with attempt 0', [{ a: 'claimed 0' }]],
    ['a claim with a fraction', [{ a: 'claimed 1.5' }]],
    ['a wait that is no number', [{ a: 'in_progress soon' }]],
    ['bytes', [{ a: new TextEncoder().encode('strange') }]],
  ])('refuses %s', async (_, rows) => {
    const store = postgresStore({ query: async () => ({ rows: rows as unknown[] }) });
    await refusesAll(store);
    await expect(store.sweep()).rejects.toThrow(/not understood/);
    await expect(store.completeIn({ query: async () => ({ rows: rows as unknown[] }) }, 'k')).rejects.toThrow(
      /not understood/,
    );
    expect(await answerWith(store)).toMatchObject({ status: 503, errors: [{ code: 'store_unavailable' }], runs: 0 });
  });

  it('ends a sweep that a client answers the same way again and again', async () => {
    let calls = 0;
    const store = postgresStore({
      query: async () => {
        calls++;
        return { rows: [['10']] };
      },
    });
    expect(await store.sweep({ batchSize: 10 })).toBe(10 * calls);
    expect(calls).toBeLessThanOrEqual(10_000);
    await expect(store.sweep({ batchSize: 9 })).rejects.toThrow(/not understood/);
  });
});

describe.skipIf(!isAvailable('redis'))('redisStore with a client whose replies look different', () => {
  let server: Service;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server?.stop());

  it.each([2, 3] as const)(
    'works with node-redis in RESP%i that gives Buffers and numbers as strings',
    async (RESP) => {
      const client = createClient({
        url: server.url,
        RESP,
        commandOptions: { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer, [RESP_TYPES.NUMBER]: String } },
      });
      await client.connect();
      await lives(redisStore(client));
      await client.close();
    },
  );

  it('works with ioredis that has a key prefix and numbers as strings', async () => {
    const client = new Redis(server.url, { keyPrefix: 'tenant:', stringNumbers: true });
    await lives(redisStore(client, { prefix: 'shop:' }));
    await client.quit();
    const plain = new Redis(server.url);
    expect((await plain.keys('tenant:shop:*')).length).toBeGreaterThan(0);
    await plain.quit();
  });

  it('works with ioredis behind a proxy that gives Buffers', async () => {
    const client = new Redis(server.url);
    const buffers: IoredisLike = {
      evalsha: (sha, count, ...rest) => client.callBuffer('EVALSHA', sha, count, ...rest),
      eval: (script, count, ...rest) => client.callBuffer('EVAL', script, count, ...rest),
    };
    await lives(redisStore(buffers));
    await client.quit();
  });

  it('refuses a pipeline', async () => {
    const client = new Redis(server.url);
    const store = redisStore(client.pipeline() as unknown as IoredisLike);
    await expect(store.claim('k', TIMES)).rejects.toThrow(/gives no promises.*pipeline/);
    await client.quit();
  });
});

describe('redisStore with a client whose replies are not understood', () => {
  it.each<[string, unknown]>([
    ['an unknown number', 7],
    ['2, as an older script meant “done”', 2],
    ['a list', [0, 1]],
    ['an empty list', []],
    ['a list with nothing', [null, null]],
    ['an unknown string', 'finished'],
    ['OK', 'OK'],
    ['QUEUED, inside MULTI', 'QUEUED'],
    ['an empty string', ''],
    ['nothing', null],
    ['undefined', undefined],
    ['true', true],
    ['a BigInt', 1n],
    ['a claim without its attempt', 'claimed NaN'],
    ['an attempt of 0', 'claimed 0'],
    ['a wait without its time', 'in_progress'],
    ['bytes', new TextEncoder().encode('strange')],
    ['a Map, as RESP3 may give', new Map([['claimed', 1]])],
  ])('refuses %s', async (_, reply) => {
    const store = redisStore({ eval: async () => reply, evalsha: async () => reply });
    await refusesAll(store);
    expect(await answerWith(store)).toMatchObject({ status: 503, errors: [{ code: 'store_unavailable' }], runs: 0 });
  });
});

describe('a receiver whose store replies to a claim with something else', () => {
  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['true', true],
    ['a word', 'claimed'],
    ['an empty object', {}],
    ['a list', ['claimed', 'token', 1]],
    ['an unknown state', { state: 'finished' }],
    ['a state in capitals', { STATE: 'claimed', TOKEN: 't', ATTEMPT: 1 }],
    ['a claim without a token', { state: 'claimed', attempt: 1 }],
    ['a claim whose token is no string', { state: 'claimed', token: 7, attempt: 1 }],
    ['a claim without its attempt', { state: 'claimed', token: 't' }],
    ['attempt NaN', { state: 'claimed', token: 't', attempt: Number.NaN }],
    ['attempt 0', { state: 'claimed', token: 't', attempt: 0 }],
    ['attempt 1.5', { state: 'claimed', token: 't', attempt: 1.5 }],
    ['attempt "1"', { state: 'claimed', token: 't', attempt: '1' }],
    ['attempt 1n', { state: 'claimed', token: 't', attempt: 1n }],
  ])('answers 503 to %s, reports it and runs nothing', async (_, reply) => {
    const claim = async () => reply as never;
    const store: IdempotencyStore = { claim, complete: async () => true, release: async () => true };
    expect(await answerWith(store)).toMatchObject({ status: 503, errors: [{ code: 'store_unavailable' }], runs: 0 });
  });
});
