import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAvailable, type Service, startPostgres } from '../../../../tests/support/services.js';
import { type PostgresClient, postgresStore } from '../../src/stores/postgres.js';
import { uniqueKey } from './harness.js';

const TIMES = { leaseMs: 30_000, ttlMs: 60_000 };

describe.skipIf(!isAvailable('postgres'))('completeIn of postgresStore', () => {
  let server: Service;
  let pool: pg.Pool;
  beforeAll(async () => {
    server = await startPostgres();
    pool = new pg.Pool({ connectionString: server.url, max: 20 });
    pool.on('error', () => undefined).on('connect', (client) => client.on('error', () => undefined));
    await pool.query('CREATE TABLE effects (key text)');
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

  /** Resolves once another connection waits for a lock. */
  async function waitingForLock(): Promise<void> {
    for (;;) {
      const { rows } = await pool.query('SELECT FROM pg_stat_activity WHERE wait_event_type = $1', ['Lock']);
      if (rows.length > 0) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  const effect = (tx: pg.PoolClient, key: string) => tx.query('INSERT INTO effects VALUES ($1)', [key]);
  const effects = async (key: string) =>
    Number((await pool.query('SELECT count(*) FROM effects WHERE key = $1', [key])).rows[0].count);

  it('is committed with the effect: the receiver’s own steps then find it done', async () => {
    const store = postgresStore(pool);
    const key = uniqueKey();
    const claim = await store.claim(key, TIMES);
    const first = await inTransaction(async (tx) => {
      await effect(tx, key);
      return store.completeIn(tx, key);
    });
    expect(first).toBe(true);
    expect(await store.claim(key, TIMES)).toEqual({ state: 'done' });
    const token = claim.state === 'claimed' ? claim.token : '';
    expect(await store.release(key, token)).toBe(false);
    expect(await store.claim(key, TIMES)).toEqual({ state: 'done' });
    expect(await store.complete(key, token, 60_000)).toBe(true);
    expect(await store.claim(key, TIMES)).toEqual({ state: 'done' });
  });

  it('leaves no trace when the transaction is rolled back', async () => {
    const store = postgresStore(pool);
    const key = uniqueKey();
    const claim = await store.claim(key, TIMES);
    await inTransaction(async (tx) => {
      await effect(tx, key);
      expect(await store.completeIn(tx, key)).toBe(true);
    }, 'ROLLBACK');
    expect(await effects(key)).toBe(0);
    expect((await store.claim(key, TIMES)).state).toBe('in_progress');
    expect(await store.release(key, claim.state === 'claimed' ? claim.token : '')).toBe(true);
    expect(await store.claim(key, TIMES)).toMatchObject({ state: 'claimed', attempt: 2 });
  });

  it('lets one of many runs through, whoever holds the claim', async () => {
    const store = postgresStore(pool);
    const key = uniqueKey();
    await store.claim(key, { leaseMs: 1, ttlMs: 60_000 });
    const results = await Promise.all(
      Array.from({ length: 15 }, () =>
        inTransaction(async (tx) => {
          if (!(await store.completeIn(tx, key))) return false;
          await effect(tx, key);
          return true;
        }),
      ),
    );
    expect(results.filter(Boolean)).toHaveLength(1);
    expect(await effects(key)).toBe(1);
  });

  it('lets the next run through when the first one rolls back', async () => {
    const store = postgresStore(pool);
    const key = uniqueKey();
    let second: Promise<boolean> | undefined;
    await inTransaction(async (tx) => {
      expect(await store.completeIn(tx, key)).toBe(true);
      second = inTransaction((other) => store.completeIn(other, key));
      // Until the second run waits for the row.
      await waitingForLock();
    }, 'ROLLBACK');
    expect(await second).toBe(true);
  });

  it('does not make copies wait while the claim is live', async () => {
    const store = postgresStore(pool);
    const key = uniqueKey();
    await store.claim(key, TIMES);
    await inTransaction(async (tx) => {
      await store.completeIn(tx, key);
      // A claim that waited for the row would wait for the end of this transaction, which waits for the claim.
      expect((await store.claim(key, TIMES)).state).toBe('in_progress');
    });
  });

  it('works without a claim, for a long or odd key, and remembers for its ttl', async () => {
    const store = postgresStore(pool);
    const key = `${uniqueKey()}\0${'x'.repeat(5_000)}`;
    expect(await inTransaction((tx) => store.completeIn(tx, key))).toBe(true);
    expect(await inTransaction((tx) => store.completeIn(tx, key))).toBe(false);
    await pool.query('UPDATE videocloud_webhooks SET expires_at = now()');
    expect(await inTransaction((tx) => store.completeIn(tx, key))).toBe(true);
    expect(await store.claim(key, TIMES)).toEqual({ state: 'done' });
  });

  it('lets everything through that is not to be deduplicated', async () => {
    const store = postgresStore(pool);
    for (let n = 0; n < 2; n++) expect(await inTransaction((tx) => store.completeIn(tx, null))).toBe(true);
  });

  it('refuses a pool, and a client that is in no transaction, before anything is written', async () => {
    const store = postgresStore(pool);
    const key = uniqueKey();
    await expect(store.completeIn(pool, key)).rejects.toThrow(/after BEGIN\), not a pool/);
    const idle = await pool.connect();
    await expect(store.completeIn(idle, key)).rejects.toThrow(TypeError);
    idle.release();
    await expect(store.completeIn(undefined as unknown as PostgresClient, key)).rejects.toThrow(/completeIn needs/);
    expect((await store.claim(key, TIMES)).state).toBe('claimed');
  });

  it('is safe where transactions are serializable: one commits, the other fails', async () => {
    const store = postgresStore(pool);
    const key = uniqueKey();
    const results = await Promise.allSettled(
      [0, 1].map(() =>
        inTransaction(
          async (tx) => {
            await tx.query('SELECT count(*) FROM effects');
            if (await store.completeIn(tx, key)) await effect(tx, key);
          },
          'COMMIT',
          'BEGIN ISOLATION LEVEL SERIALIZABLE',
        ),
      ),
    );
    expect(results.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(1);
    expect(await effects(key)).toBe(1);
  });
});
