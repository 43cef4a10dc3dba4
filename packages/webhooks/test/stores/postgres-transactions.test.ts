import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAvailable, type Service, startPostgres } from '../../../../tests/support/services.js';
import { executor, postgresStore } from '../../src/stores/postgres.js';
import { uniqueKey } from './harness.js';
import { LIBRARIES, type Opened, poolOf } from './postgres-libraries.js';

const TIMES = { leaseMs: 30_000, ttlMs: 60_000 };
const ODD = `?::"quote' \\ $1 $$ :name {} 😀\u0001 ${'x'.repeat(100)}`;

describe.skipIf(!isAvailable('postgres'))('completeIn in a transaction of', () => {
  let server: Service;
  let pool: pg.Pool;
  beforeAll(async () => {
    server = await startPostgres();
    pool = poolOf(server.url);
    await pool.query('CREATE TABLE effects (key text)');
    await postgresStore(pool).migrate();
  });
  afterAll(async () => {
    await pool?.end();
    await server?.stop();
  });

  const effects = async (key: string) =>
    Number((await pool.query('SELECT count(*) FROM effects WHERE key = $1', [key])).rows[0].count);

  describe.each(LIBRARIES)('$name', ({ open }) => {
    let library: Opened;
    beforeAll(() => {
      library = open(server.url);
    });
    afterAll(() => library?.close());

    it('is committed with the effect, once', async () => {
      const store = postgresStore(pool);
      for (const key of [uniqueKey(), `${uniqueKey()} ${ODD}`, `${uniqueKey()}\0${'y'.repeat(5_000)}`]) {
        const effect = key.replaceAll('\0', '');
        await store.claim(key, TIMES);
        const results: boolean[] = [];
        for (let n = 0; n < 2; n++) {
          await library.transaction(async (tx, insert) => {
            const first = await store.completeIn(tx, key);
            if (first) await insert(effect);
            results.push(first);
          });
        }
        expect(results).toEqual([true, false]);
        expect(await effects(effect)).toBe(1);
        expect(await store.claim(key, TIMES)).toEqual({ state: 'done' });
      }
    });

    it('leaves no trace when it is rolled back', async () => {
      const store = postgresStore(pool);
      const key = uniqueKey();
      await store.claim(key, { ...TIMES, leaseMs: 1 });
      const work = library.transaction(async (tx, insert) => {
        await insert(key);
        expect(await store.completeIn(tx, key)).toBe(true);
        throw new Error('not this time');
      });
      await expect(work).rejects.toThrow('not this time');
      expect(await effects(key)).toBe(0);
      expect(await store.claim(key, TIMES)).toMatchObject({ state: 'claimed', attempt: 2 });
    });

    it('is refused outside a transaction, before anything is written', async () => {
      const store = postgresStore(pool);
      const key = uniqueKey();
      await expect(store.completeIn(library.outside, key)).rejects.toThrow(/after BEGIN\), not a pool/);
      expect(await store.claim(key, TIMES)).toMatchObject({ state: 'claimed', attempt: 1 });
    });

    it('says what to do when the table is not there', async () => {
      const store = postgresStore(pool, { table: 'absent' });
      const work = library.transaction((tx) => store.completeIn(tx, uniqueKey()));
      await expect(work).rejects.toThrow('The table "absent" does not exist: call migrate()');
    });
  });

  it('anything else, through executor', async () => {
    const store = postgresStore(pool);
    const key = uniqueKey();
    const tx = await pool.connect();
    await tx.query('BEGIN');
    const rows = executor(async (text, values) => (await tx.query(text, values)).rows);
    expect(await store.completeIn(rows, key)).toBe(true);
    expect(
      await store.completeIn(
        executor((text, values) => tx.query(text, values)),
        key,
      ),
    ).toBe(false);
    for (const odd of [undefined, 7, 'held', [], [{ a: 'held', b: 1 }], [{ reply: 'perhaps' }], { rows: 1 }]) {
      await expect(
        store.completeIn(
          executor(async () => odd),
          key,
        ),
      ).rejects.toThrow(TypeError);
    }
    await tx.query('COMMIT');
    tx.release();
    expect(await store.claim(key, TIMES)).toEqual({ state: 'done' });
  });

  it.each([undefined, null, 7, {}, { query: {} }, () => undefined])('%j is refused, with the way out', async (tx) => {
    await expect(postgresStore(pool).completeIn(tx as never, 'key')).rejects.toThrow(/executor\(\(text, values\)/);
  });

  it('and executor takes a function only', () => {
    expect(() => executor({} as never)).toThrow(/executor takes a function/);
  });
});
