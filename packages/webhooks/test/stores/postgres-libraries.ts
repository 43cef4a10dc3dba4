// The libraries whose transactions `completeIn` takes, each against a real PostgreSQL.
import { sql as drizzleSql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { drizzle as drizzleOnPostgresJs } from 'drizzle-orm/postgres-js';
import knex from 'knex';
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import postgres from 'postgres';
import type { PostgresTransaction } from '../../src/stores/postgres.js';

export interface Library {
  readonly name: string;
  /** Connects; `transaction` commits what `work` resolved to and rolls back when it rejected. */
  open(url: string): Opened;
}

export interface Opened {
  transaction<T>(work: (tx: PostgresTransaction, insert: (key: string) => Promise<unknown>) => Promise<T>): Promise<T>;
  /** What `completeIn` would be given by mistake: no transaction at all. */
  readonly outside: PostgresTransaction;
  close(): Promise<unknown>;
}

export function poolOf(url: string): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max: 3 });
  return pool.on('error', () => undefined).on('connect', (client) => client.on('error', () => undefined));
}

const INSERT = 'INSERT INTO effects VALUES ($1)';

/** BEGIN, COMMIT and ROLLBACK by hand. */
async function byHand<T>(pool: pg.Pool, work: (tx: pg.PoolClient) => Promise<T>): Promise<T> {
  const tx = await pool.connect();
  try {
    await tx.query('BEGIN');
    const result = await work(tx);
    await tx.query('COMMIT');
    return result;
  } catch (error) {
    await tx.query('ROLLBACK');
    throw error;
  } finally {
    tx.release();
  }
}

export const LIBRARIES: readonly Library[] = [
  {
    name: 'pg',
    open(url) {
      const pool = poolOf(url);
      return {
        transaction: (work) => byHand(pool, (tx) => work(tx, (key) => tx.query(INSERT, [key]))),
        outside: pool,
        close: () => pool.end(),
      };
    },
  },
  {
    name: 'postgres.js',
    open(url) {
      const client = postgres(url, { max: 3, onnotice: () => undefined });
      return {
        transaction: async (work) =>
          (await client.begin((tx) => work(tx, (key) => tx`INSERT INTO effects VALUES (${key})`))) as never,
        outside: client,
        close: () => client.end(),
      };
    },
  },
  {
    name: 'Kysely',
    open(url) {
      const db = new Kysely<{ effects: { key: string } }>({ dialect: new PostgresDialect({ pool: poolOf(url) }) });
      return {
        transaction: (work) =>
          db.transaction().execute((tx) => work(tx, (key) => sql`INSERT INTO effects VALUES (${key})`.execute(tx))),
        outside: db,
        close: () => db.destroy(),
      };
    },
  },
  {
    name: 'Knex',
    open(url) {
      const db = knex({ client: 'pg', connection: url, pool: { min: 0, max: 3 } });
      return {
        transaction: (work) => db.transaction((tx) => work(tx, async (key) => tx('effects').insert({ key }))),
        outside: db,
        close: () => db.destroy(),
      };
    },
  },
  {
    name: 'Drizzle on pg',
    open(url) {
      const pool = poolOf(url);
      const db = drizzle(pool);
      return {
        transaction: (work) =>
          db.transaction((tx) => work(tx, async (key) => tx.execute(drizzleSql`INSERT INTO effects VALUES (${key})`))),
        outside: db,
        close: () => pool.end(),
      };
    },
  },
  {
    name: 'Drizzle on postgres.js',
    open(url) {
      const client = postgres(url, { max: 3, onnotice: () => undefined });
      const db = drizzleOnPostgresJs(client);
      return {
        transaction: (work) =>
          db.transaction((tx) => work(tx, async (key) => tx.execute(drizzleSql`INSERT INTO effects VALUES (${key})`))),
        outside: db,
        close: () => client.end(),
      };
    },
  },
  {
    // Prisma's generator needs a download that is not to be had here: this is the shape of its transaction, over pg.
    name: 'the shape of Prisma',
    open(url) {
      const pool = poolOf(url);
      const shaped = (client: pg.Pool | pg.PoolClient) => ({
        $queryRawUnsafe: async (text: string, ...values: unknown[]) => {
          try {
            return (await client.query(text, values)).rows as unknown;
          } catch (cause) {
            const { code, message } = cause as { code: string; message: string };
            throw Object.assign(new Error('Raw query failed'), { code: 'P2010', meta: { code, message } });
          }
        },
      });
      return {
        transaction: (work) => byHand(pool, (tx) => work(shaped(tx), (key) => tx.query(INSERT, [key]))),
        outside: shaped(pool),
        close: () => pool.end(),
      };
    },
  },
];
