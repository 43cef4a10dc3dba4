import { requireKnownOptions } from '../unknown-options.js';
import { storedKey, wholeMs } from './arguments.js';
import type { Claim, IdempotencyStore } from './idempotency-store.js';
import { claimOf, countOf, heldOf } from './parse-replies.js';
import { codeOf, onlyValue, type PostgresClient, requireClient, rowsOf, rowsWithRetry } from './postgres-client.js';
import { quotedTable, type Statements, statementsFor } from './postgres-sql.js';
import { clientOf, type PostgresTransaction } from './postgres-transaction.js';

export type { PostgresClient } from './postgres-client.js';
export {
  type DrizzleTransaction,
  executor,
  type KnexTransaction,
  type KyselyTransaction,
  type PostgresJsTransaction,
  type PostgresTransaction,
  type PrismaTransaction,
} from './postgres-transaction.js';

const DAY_MS = 86_400_000;
const SWEEP_EVERY_MS = 60_000;
const BATCH = 1_000;
/** A million rows: a sweep that has to end, whatever the client answers. */
const MAX_BATCHES = 1_000;

/** The options of {@link postgresStore}. */
export interface PostgresStoreOptions {
  /** `table` or `schema.table`, quoted as written; default `videocloud_webhooks`. */
  table?: string | undefined;
}

/** An idempotency store in PostgreSQL, with what a handler needs for effects that are there exactly once. */
export interface PostgresStore extends IdempotencyStore {
  /** The statement {@link PostgresStore.migrate} runs, for projects whose migrations are files. */
  readonly migration: string;
  /**
   * Creates the table if it does not exist. Safe to call at every start, from many instances at once.
   *
   * @throws what the client throws, for example when the role may not CREATE
   */
  migrate(): Promise<void>;
  /**
   * Marks the delivery as done in *your* transaction, so that the mark and the handler's effect are committed together
   * or not at all. False when another transaction has committed it already: leave your effect out (or roll back).
   * With null ("do not deduplicate") it is true and marks nothing.
   *
   * Should a second run of the handler get here meanwhile, it waits for the first transaction to end: keep it short.
   *
   * @param tx your open transaction, not the pool: of pg (after BEGIN), postgres.js, Kysely, Knex, Prisma or Drizzle as it is;
   *   any other through {@link executor}
   * @param deliveryKey `context.deliveryKey`
   * @param ttlMs how long to remember it at least, in milliseconds; default 24 hours
   * @throws TypeError when `tx` is not in a transaction
   * @example
   * ```ts
   * import { createReceiver } from '@videocloud/webhooks';
   * import { postgresStore } from '@videocloud/webhooks/stores/postgres';
   * import pg from 'pg';
   *
   * const pool = new pg.Pool();
   * const store = postgresStore(pool);
   * const receiver = createReceiver({ secrets: 'whk-secret', idempotency: store });
   * receiver.on('video.processed', async (event, { deliveryKey }) => {
   *   const tx = await pool.connect();
   *   try {
   *     await tx.query('BEGIN');
   *     if (await store.completeIn(tx, deliveryKey)) {
   *       await tx.query('INSERT INTO published (video_id) VALUES ($1)', [event.data.videoId]);
   *     }
   *     await tx.query('COMMIT');
   *   } catch (error) {
   *     await tx.query('ROLLBACK');
   *     throw error;
   *   } finally {
   *     tx.release();
   *   }
   * });
   * ```
   */
  completeIn(tx: PostgresTransaction, deliveryKey: string | null, ttlMs?: number): Promise<boolean>;
  /**
   * Deletes expired rows in batches, and resolves to how many. A receiver that runs for more than a minute deletes one
   * batch a minute, or one a claim while batches are full. Call it from a scheduled job where processes are short-lived.
   *
   * Defaults: 1 000 rows a batch, 1 000 batches a call.
   *
   * @throws TypeError when `batchSize` or `maxBatches` is not a positive integer
   */
  sweep(options?: { batchSize?: number | undefined; maxBatches?: number | undefined }): Promise<number>;
}

/**
 * An idempotency store in PostgreSQL 11 or later, shared by all instances of a receiver. Call `migrate()` once at start.
 *
 * Every step is one statement and one transaction, and uses the server's clock. Errors of the client are thrown
 * unchanged. A reply that the store does not understand is a TypeError, which the receiver answers with 503.
 *
 * @param client your pg Pool, or anything with `query(text, values)`; it is never closed
 * @throws TypeError when the client has no `query`, or `table` is not a plain name
 * @example
 * ```ts
 * import { createReceiver } from '@videocloud/webhooks';
 * import { postgresStore } from '@videocloud/webhooks/stores/postgres';
 * import pg from 'pg';
 *
 * const store = postgresStore(new pg.Pool({ connectionString: 'postgres://127.0.0.1/app' }));
 * await store.migrate();
 * const receiver = createReceiver({ secrets: 'whk-secret', idempotency: store });
 * ```
 */
export function postgresStore(client: PostgresClient, options: PostgresStoreOptions = {}): PostgresStore {
  requireClient(client, 'postgresStore');
  requireKnownOptions('postgresStore', options, ['table']);
  const { table = 'videocloud_webhooks' } = options;
  return new Store(client, quotedTable(table));
}

class Store implements PostgresStore {
  readonly migration: string;
  readonly #client: PostgresClient;
  readonly #table: string;
  readonly #sql: Statements;
  #sweepAt = performance.now() + SWEEP_EVERY_MS;

  constructor(client: PostgresClient, table: { name: string; index: string }) {
    this.#client = client;
    this.#table = table.name;
    this.#sql = statementsFor(table);
    this.migration = this.#sql.migrate;
  }

  async migrate(): Promise<void> {
    await rowsWithRetry(this.#client, this.#sql.migrate, []);
  }

  async claim(key: string, times: { leaseMs: number; ttlMs: number }): Promise<Claim> {
    const token = crypto.randomUUID();
    const [lease, ttl] = [wholeMs('leaseMs', times.leaseMs), wholeMs('ttlMs', times.ttlMs)];
    const reply = await this.#value(this.#sql.claim, [await storedKey(key), token, lease, ttl]);
    const claim = claimOf(reply, token);
    this.#sweepWhenDue();
    return claim;
  }

  async complete(key: string, token: string, ttlMs: number): Promise<boolean> {
    const ttl = wholeMs('ttlMs', ttlMs);
    return heldOf(await this.#value(this.#sql.complete, [await storedKey(key), token, ttl]));
  }

  async release(key: string, token: string): Promise<boolean> {
    return heldOf(await this.#value(this.#sql.release, [await storedKey(key), token]));
  }

  async completeIn(tx: PostgresTransaction, deliveryKey: string | null, ttlMs: number = DAY_MS): Promise<boolean> {
    const client = clientOf(tx);
    if (client === undefined) {
      throw new TypeError(
        'completeIn needs an open transaction of pg, postgres.js, Kysely, Knex, Prisma or Drizzle; ' +
          'wrap any other with executor((text, values) => rows)',
      );
    }
    const ttl = wholeMs('ttlMs', ttlMs);
    if (deliveryKey === null) return true;
    const key = await storedKey(deliveryKey);
    try {
      await rowsOf(client, this.#sql.requireTransaction, []);
    } catch (cause) {
      // Outside a transaction the mark would be committed before the effect, and a crash between the two would lose it.
      if (codeOf(cause) !== '25P01') throw this.#explained(cause);
      throw new TypeError('completeIn needs the client of your open transaction (after BEGIN), not a pool', { cause });
    }
    return heldOf(onlyValue(await rowsOf(client, this.#sql.completeIn, [key, ttl])));
  }

  async sweep(options: { batchSize?: number | undefined; maxBatches?: number | undefined } = {}): Promise<number> {
    requireKnownOptions('sweep', options, ['batchSize', 'maxBatches']);
    const { batchSize = BATCH, maxBatches = MAX_BATCHES } = options;
    for (const [name, value] of Object.entries({ batchSize, maxBatches })) {
      if (!Number.isSafeInteger(value) || value < 1) throw new TypeError(`${name} must be a positive integer`);
    }
    let total = 0;
    for (let batch = 0; batch < maxBatches; batch++) {
      const swept = countOf(await this.#value(this.#sql.sweep, [batchSize]), batchSize);
      total += swept;
      if (swept < batchSize) break;
    }
    return total;
  }

  #sweepWhenDue(): void {
    const now = performance.now();
    if (now < this.#sweepAt) return;
    // Now, not when the sweep has ended: on Workers it never does where its request ends first.
    this.#sweepAt = now + SWEEP_EVERY_MS;
    const next = (swept: number) => {
      if (swept === BATCH) this.#sweepAt = 0;
    };
    // A failure changes no delivery's fate, and a database in trouble shows in the claims; the next minute tries again.
    this.sweep({ maxBatches: 1 }).then(next, () => undefined);
  }

  async #value(text: string, values: unknown[]): Promise<unknown> {
    try {
      return onlyValue(await rowsWithRetry(this.#client, text, values));
    } catch (error) {
      throw this.#explained(error);
    }
  }

  #explained(error: unknown): unknown {
    if (codeOf(error) !== '42P01') return error;
    return new Error(`The table ${this.#table} does not exist: call migrate() of the store once, at start`, {
      cause: error,
    });
  }
}
