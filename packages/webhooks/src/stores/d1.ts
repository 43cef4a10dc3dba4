import { requireKnownOptions } from '../unknown-options.js';
import { storedKey, wholeMs } from './arguments.js';
import type { Claim, IdempotencyStore } from './idempotency-store.js';

/** What {@link d1Store} uses of a D1 database (`env.DB`). */
export interface D1DatabaseLike {
  prepare(query: string): {
    bind(...values: unknown[]): { all(): Promise<{ readonly results?: readonly unknown[] | undefined }> };
  };
}

/** The options of {@link d1Store}. */
export interface D1StoreOptions {
  /** The table; default `videocloud_webhooks`. ASCII letters, digits and underscores. */
  table?: string | undefined;
}

/** An idempotency store in Cloudflare D1, with what a deployment calls besides. */
export interface D1Store extends IdempotencyStore {
  /** The statements of {@link D1Store.migrate}, for a migration file of your own. */
  readonly migration: readonly string[];
  /** Creates the table and its index where they do not exist. */
  migrate(): Promise<void>;
  /**
   * Deletes up to `limit` expired rows (default 1 000) and resolves to how many. Call it from a scheduled handler.
   *
   * @throws TypeError when `limit` is not a positive integer, and for an unknown option
   */
  sweep(options?: { limit?: number | undefined }): Promise<number>;
}

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/;
// The server's clock, in milliseconds; SQLite gives one instant for a whole statement.
const NOW = "CAST(unixepoch('subsec') * 1000 AS INTEGER)";

/**
 * An idempotency store in Cloudflare D1, shared by all isolates of a Worker. Call `migrate()` once per deployment.
 *
 * Every step is one statement by the database's clock. Faults of D1 are thrown as they are.
 *
 * @param database the D1 binding, such as `env.DB`
 * @throws TypeError when it is not a D1 database, or `table` is not a plain name
 * @example
 * ```ts
 * import { createReceiver } from '@videocloud/webhooks';
 * import { d1Store, type D1DatabaseLike } from '@videocloud/webhooks/stores/d1';
 *
 * export const receiverFor = (env: { DB: D1DatabaseLike; SECRET: string }) =>
 *   createReceiver({ secrets: env.SECRET, idempotency: d1Store(env.DB) });
 * ```
 */
export function d1Store(database: D1DatabaseLike, options: D1StoreOptions = {}): D1Store {
  if (typeof (database as Partial<D1DatabaseLike> | null | undefined)?.prepare !== 'function') {
    throw new TypeError('d1Store takes a D1 database binding, such as env.DB');
  }
  requireKnownOptions('d1Store', options, ['table']);
  const { table = 'videocloud_webhooks' } = options;
  if (typeof table !== 'string' || !IDENTIFIER.test(table)) {
    throw new TypeError(
      `table must be ASCII letters, digits and underscores, at most 63, and not begin with a digit; it is ${JSON.stringify(table)}`,
    );
  }
  return new Store(database, table);
}

class Store implements D1Store {
  readonly migration: readonly string[];
  readonly #database: D1DatabaseLike;
  readonly #table: string;

  constructor(database: D1DatabaseLike, table: string) {
    this.#database = database;
    this.#table = `"${table}"`;
    this.migration = [
      `CREATE TABLE IF NOT EXISTS "${table}" (key TEXT PRIMARY KEY, token TEXT, attempt INTEGER NOT NULL, done INTEGER NOT NULL, lease_until INTEGER NOT NULL, promised_until INTEGER NOT NULL, expires_at INTEGER NOT NULL)`,
      `CREATE INDEX IF NOT EXISTS "${table}_expires_at" ON "${table}" (expires_at)`,
    ];
  }

  async migrate(): Promise<void> {
    for (const statement of this.migration) await this.#rows(statement);
  }

  async claim(key: string, times: { leaseMs: number; ttlMs: number }): Promise<Claim> {
    const token = crypto.randomUUID();
    const [lease, ttl] = [wholeMs('leaseMs', times.leaseMs), wholeMs('ttlMs', times.ttlMs)];
    const forgotten = `c.expires_at <= ${NOW}`;
    const free = `(c.done = 0 AND (c.token IS NULL OR c.lease_until <= ${NOW}))`;
    const pick = (whenTaken: string, otherwise: string) =>
      `CASE WHEN ${forgotten} OR ${free} THEN ${whenTaken} ELSE ${otherwise} END`;
    // A loser's update changes nothing; it is there because only then the statement returns the row. promised_until is
    // how long earlier claims asked to remember the key: no later one shortens it.
    const [row] = await this.#rows(
      `INSERT INTO ${this.#table} AS c (key, token, attempt, done, lease_until, promised_until, expires_at)
VALUES (?1, ?2, 1, 0, ${NOW} + ?3, ${NOW}, ${NOW} + max(?3, ?4))
ON CONFLICT (key) DO UPDATE SET
  token = ${pick('excluded.token', 'c.token')},
  attempt = CASE WHEN ${forgotten} THEN 1 WHEN ${free} THEN c.attempt + 1 ELSE c.attempt END,
  done = CASE WHEN ${forgotten} THEN 0 ELSE c.done END,
  lease_until = ${pick('excluded.lease_until', 'c.lease_until')},
  promised_until = ${pick('c.expires_at', 'c.promised_until')},
  expires_at = ${pick('max(excluded.expires_at, c.expires_at)', 'c.expires_at')}
RETURNING token AS holder, done, attempt, lease_until - ${NOW} AS left`,
      await storedKey(key),
      token,
      lease,
      ttl,
    );
    const { holder, done, attempt, left } = (row ?? {}) as Partial<
      Record<'holder' | 'done' | 'attempt' | 'left', unknown>
    >;
    if (done === 1) return { state: 'done' };
    if (done === 0 && holder === token && typeof attempt === 'number') return { state: 'claimed', token, attempt };
    if (done === 0 && typeof holder === 'string' && typeof left === 'number') {
      return { state: 'in_progress', retryAfterMs: Math.max(1, left) };
    }
    throw new TypeError('D1 returned no row that d1Store understands');
  }

  async complete(key: string, token: string, ttlMs: number): Promise<boolean> {
    const rows = await this.#rows(
      `UPDATE ${this.#table} SET token = NULL, done = 1, expires_at = max(promised_until, ${NOW} + ?3)
WHERE key = ?1 AND token = ?2 AND expires_at > ${NOW} RETURNING 1`,
      await storedKey(key),
      token,
      wholeMs('ttlMs', ttlMs),
    );
    return rows.length === 1;
  }

  async release(key: string, token: string): Promise<boolean> {
    const rows = await this.#rows(
      `UPDATE ${this.#table} SET token = NULL WHERE key = ?1 AND token = ?2 AND done = 0 AND expires_at > ${NOW} RETURNING 1`,
      await storedKey(key),
      token,
    );
    return rows.length === 1;
  }

  async sweep(options: { limit?: number | undefined } = {}): Promise<number> {
    requireKnownOptions('sweep', options, ['limit']);
    const { limit = 1_000 } = options;
    if (!Number.isSafeInteger(limit) || limit < 1) throw new TypeError('limit must be a positive integer');
    const rows = await this.#rows(
      `DELETE FROM ${this.#table} WHERE key IN (SELECT key FROM ${this.#table} WHERE expires_at <= ${NOW} LIMIT ?1) RETURNING 1`,
      limit,
    );
    return rows.length;
  }

  async #rows(query: string, ...values: unknown[]): Promise<readonly unknown[]> {
    const statement = this.#database.prepare(query);
    const { results } = await statement.bind(...values).all();
    if (!Array.isArray(results)) throw new TypeError('D1 returned no results: is this a D1 database?');
    return results;
  }
}
