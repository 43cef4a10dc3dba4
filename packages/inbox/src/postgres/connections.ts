import type Pg from 'pg';
import type { InboxSettings } from '../options.js';

/** What pg-boss and we run statements on; `values` as pg takes them. */
export interface Executor {
  executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
}

/** The pool, shared by pg-boss and our own statements. A connection that met an error is not used again. */
export class Connections implements Executor {
  readonly #pool: Pg.Pool;

  constructor(pg: { Pool: typeof Pg.Pool }, url: string, settings: InboxSettings) {
    this.#pool = new pg.Pool({
      connectionString: url,
      max: 10,
      connectionTimeoutMillis: 2_000,
      // A server that went silent must not hold up what arrives after it is back.
      query_timeout: 30_000,
      keepAlive: true,
    });
    this.#pool.on('error', (error) => settings.report(error, 'connection'));
  }

  executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }> {
    return this.#with((client) => client.query(text, values));
  }

  /** Runs `work` in one transaction that is durable when this resolves, whatever the server's default is. */
  transaction<T>(work: (executor: Executor) => Promise<T>): Promise<T> {
    return this.#with(async (client) => {
      await client.query(BEGIN);
      const value = await work({ executeSql: (text, values) => client.query(text, values) });
      await client.query('COMMIT');
      return value;
    });
  }

  /** Runs `work`, which uses other connections, while no other process is inside for the same `name`. */
  alone<T>(name: string, work: () => Promise<T>): Promise<T> {
    return this.#with(async (client) => {
      await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [name]);
      try {
        return await work();
      } finally {
        await client.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [name]);
      }
    });
  }

  close(): Promise<void> {
    return this.#pool.end();
  }

  async #with<T>(work: (client: Pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    let broken: Error | undefined;
    const onError = (error: Error) => {
      broken = error;
    };
    // A connection lost between two statements is an event, and an unheard one would end the process.
    client.on('error', onError);
    try {
      return await work(client);
    } catch (error) {
      broken = error instanceof Error ? error : new Error(String(error));
      throw error;
    } finally {
      client.off('error', onError);
      // Ending the connection rolls back whatever it had begun.
      client.release(broken);
    }
  }
}

const BEGIN = `BEGIN; SELECT set_config('synchronous_commit', 'on', true)
 WHERE current_setting('synchronous_commit') IN ('off', 'local')`;
