import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { isAvailable, type Service, startPostgres } from '../../../../tests/support/services.js';
import { type PostgresClient, postgresStore } from '../../src/stores/postgres.js';
import { uniqueKey } from './harness.js';

const TIMES = { leaseMs: 30_000, ttlMs: 60_000 };
const client = { query: async () => ({ rows: [] }) };

describe('what postgresStore takes', () => {
  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a URL', 'postgres://127.0.0.1'],
    ['pool options', { connectionString: 'postgres://127.0.0.1' }],
    ['postgres.js', Object.assign(() => undefined, { unsafe: () => undefined })],
  ])('not %s', (_, wrong) => {
    expect(() => postgresStore(wrong as unknown as PostgresClient)).toThrow(TypeError);
    expect(() => postgresStore(wrong as unknown as PostgresClient)).toThrow(/query\(text, values\).*pg Pool/);
  });

  it.each([
    '',
    ' ',
    'a b',
    'a;drop table b',
    'a"b',
    "a'b",
    'a.b.c',
    '.a',
    'a.',
    '1a',
    'a-b',
    'таблица',
    'a\n',
    'x'.repeat(52),
    7,
    null,
    {},
  ])('not the table %j', (table) => {
    expect(() => postgresStore(client, { table: table as string })).toThrow(/table must be "table" or "schema.table"/);
  });

  it('and says what a name may not begin with', () => {
    expect(() => postgresStore(client, { table: '1table' })).toThrow('not beginning with a digit');
  });

  it('quotes names as they are written', () => {
    expect(postgresStore(client, { table: 'App.Order' }).migration).toContain('CREATE TABLE "App"."Order" (');
    expect(postgresStore(client, { table: undefined }).migration).toContain('CREATE TABLE "videocloud_webhooks" (');
  });

  it('says so when the client returns something else than { rows }', async () => {
    const mysql = { query: async () => [[], []] } as unknown as PostgresClient;
    await expect(postgresStore(mysql).claim('k', TIMES)).rejects.toThrow(/no \{ rows \}/);
  });

  it('sweeps a minute later again, though the last sweep never ended, as on Workers', async () => {
    const sweeps: string[] = [];
    const client = {
      query: (text: string) => {
        if (!text.includes('SKIP LOCKED')) return Promise.resolve({ rows: [{ reply: 'done' }] });
        sweeps.push(text);
        return new Promise<never>(() => undefined);
      },
    };
    const store = postgresStore(client);
    const start = performance.now();
    const now = vi.spyOn(performance, 'now');
    try {
      for (const minutes of [1, 1, 2, 2, 3]) {
        now.mockReturnValue(start + minutes * 61_000);
        expect(await store.claim('k', TIMES)).toEqual({ state: 'done' });
      }
    } finally {
      now.mockRestore();
    }
    expect(sweeps).toHaveLength(3);
  });

  it('passes faults of the client on as they are', async () => {
    const fault = Object.assign(new Error('remaining connection slots are reserved'), { code: '53300' });
    const broken = { query: () => Promise.reject(fault) };
    const store = postgresStore(broken);
    await expect(store.claim('k', TIMES)).rejects.toBe(fault);
    await expect(store.complete('k', 't', 1)).rejects.toBe(fault);
    await expect(store.release('k', 't')).rejects.toBe(fault);
    await expect(store.sweep()).rejects.toBe(fault);
    await expect(store.migrate()).rejects.toBe(fault);
  });
});

describe.skipIf(!isAvailable('postgres'))('postgresStore on a real server', () => {
  let server: Service;
  let pool: pg.Pool;
  beforeAll(async () => {
    server = await startPostgres();
    pool = new pg.Pool({ connectionString: server.url, max: 20 });
    pool.on('error', () => undefined).on('connect', (client) => client.on('error', () => undefined));
    await pool.query('CREATE SCHEMA "Shop"');
    await postgresStore(pool).migrate();
  });
  afterAll(async () => {
    await pool?.end();
    await server?.stop();
  });

  async function inTransaction<T>(
    work: (tx: pg.PoolClient) => Promise<T>,
    end = 'COMMIT',
    begin = 'BEGIN',
  ): Promise<T> {
    const tx = await pool.connect();
    try {
      await tx.query(begin);
      const result = await work(tx);
      await tx.query(end);
      return result;
    } catch (error) {
      await tx.query('ROLLBACK');
      throw error;
    } finally {
      tx.release();
    }
  }

  it('migrates from many instances at once, again and again', async () => {
    const store = postgresStore(pool, { table: 'Shop.Order' });
    await Promise.all(Array.from({ length: 15 }, () => store.migrate()));
    await store.migrate();
    expect((await store.claim('k', TIMES)).state).toBe('claimed');
    const { rows } = await pool.query(`SELECT indexname FROM pg_indexes WHERE schemaname = 'Shop' ORDER BY 1`);
    expect(rows).toHaveLength(2);
  });

  it('migrates as a role that may not create, once the table exists', async () => {
    await pool.query('CREATE ROLE app LOGIN');
    await pool.query('GRANT SELECT, INSERT, UPDATE, DELETE ON videocloud_webhooks TO app');
    const poor = new pg.Pool({ connectionString: server.url.replace('postgres@', 'app@'), max: 2 });
    await postgresStore(poor).migrate();
    expect((await postgresStore(poor).claim(uniqueKey(), TIMES)).state).toBe('claimed');
    await expect(postgresStore(poor, { table: 'other' }).migrate()).rejects.toThrow(/permission denied/);
    await poor.end();
  });

  it('names the fix when the table is missing', async () => {
    const store = postgresStore(pool, { table: 'nowhere' });
    await expect(store.claim('k', TIMES)).rejects.toThrow('The table "nowhere" does not exist: call migrate()');
    await expect(inTransaction((tx) => store.completeIn(tx, 'k'))).rejects.toThrow(/call migrate\(\)/);
  });

  it('takes one statement a step, and losers write nothing', async () => {
    const statements: string[] = [];
    const counted = {
      query: (text: string, values: unknown[]) => {
        statements.push(text);
        return pool.query(text, values);
      },
    };
    const store = postgresStore(counted);
    const key = uniqueKey();
    const rowVersion = async () =>
      (await pool.query('SELECT xmin FROM videocloud_webhooks WHERE key = $1', [key])).rows;
    const claim = await store.claim(key, TIMES);
    const version = await rowVersion();
    await store.claim(key, TIMES);
    expect(await rowVersion()).toEqual(version);
    if (claim.state === 'claimed') await store.complete(key, claim.token, 60_000);
    await store.claim(key, TIMES);
    expect(statements).toHaveLength(4);
  });

  it.each(['repeatable read', 'serializable'])(
    'gives one of many claims where %s is the default',
    async (isolation) => {
      const strict = new pg.Pool({
        connectionString: server.url,
        max: 20,
        options: `-c default_transaction_isolation=${isolation.replace(' ', '\\ ')}`,
      });
      const store = postgresStore(strict);
      for (let round = 0; round < 10; round++) {
        const key = uniqueKey();
        const claims = await Promise.all(Array.from({ length: 40 }, () => store.claim(key, TIMES)));
        const winners = claims.flatMap((claim) => (claim.state === 'claimed' ? [claim] : []));
        expect(winners).toHaveLength(1);
        expect(await store.complete(key, winners[0]?.token ?? '', 60_000)).toBe(true);
      }
      await strict.end();
    },
  );

  describe('sweep', () => {
    async function filled(table: string, expired: number) {
      const store = postgresStore(pool, { table });
      await store.migrate();
      await pool.query(
        `INSERT INTO ${table} SELECT 'old ' || n, NULL, 1, true, now(), now(), now() - n * interval '1 second'
         FROM generate_series(1, $1) AS n`,
        [expired],
      );
      const claim = await store.claim('fresh', TIMES);
      const count = async () => Number((await pool.query(`SELECT count(*) FROM ${table}`)).rows[0].count);
      return { store, claim, count };
    }

    it('deletes what has expired in bounded batches, and nothing else', async () => {
      const { store, count } = await filled('swept', 250);
      expect(await store.sweep({ batchSize: 100, maxBatches: 1 })).toBe(100);
      expect(await count()).toBe(151);
      const { rows } = await pool.query(
        `SELECT min(key) AS key FROM swept WHERE key LIKE 'old %' AND expires_at < now() - interval '150.9 seconds'`,
      );
      expect(rows).toEqual([{ key: null }]);
      expect(await store.sweep({ batchSize: 100 })).toBe(150);
      expect(await store.sweep()).toBe(0);
      expect(await store.claim('fresh', TIMES)).toMatchObject({ state: 'in_progress' });
    });

    it('passes over rows another transaction has locked', async () => {
      const { store } = await filled('locked', 20);
      await inTransaction(async (tx) => {
        await tx.query(`SELECT FROM locked WHERE key = 'old 20' FOR UPDATE`);
        expect(await store.sweep()).toBe(19);
      });
      expect(await store.sweep()).toBe(1);
    });

    it('may run in all instances at once', async () => {
      const { store, count } = await filled('many', 3_000);
      const swept = await Promise.all(Array.from({ length: 8 }, () => store.sweep({ batchSize: 50 })));
      expect(swept.reduce((sum, n) => sum + n, 0) + (await store.sweep())).toBe(3_000);
      expect(await count()).toBe(1);
    });

    it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses batches of %s', async (batchSize) => {
      await expect(postgresStore(pool).sweep({ batchSize })).rejects.toThrow(/batchSize must be a positive integer/);
    });
  });
});
