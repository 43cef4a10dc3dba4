import { Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type Pg from 'pg';
import { endsWithin } from '../ends-within.js';
import { withoutPassword } from '../errors.js';
import type { PostgresPeers } from '../load-peer.js';
import type { InboxSettings } from '../options.js';
import { CLOSE_TIMEOUT_MS } from '../policy.js';

/** A server that went silent must not hold up what arrives after it is back. */
const QUERY_TIMEOUT_MS = 30_000;
/** The server ends a search before the client gives it up: it would go on there, and nothing would count it. */
const PAGE_TIMEOUT_MS = 25_000;
const LOCK_POLL_MS = 50;

/** What pg-boss and we run statements on; `values` as pg takes them. */
export interface Executor {
  executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
}

/** The pool, shared by pg-boss and our own statements. A connection that met an error is not used again. */
export class Connections implements Executor {
  readonly #pool: Pg.Pool;
  readonly #sockets = new Set<Socket>();

  constructor({ Pool, types }: PostgresPeers, url: string, settings: InboxSettings) {
    this.#pool = new Pool({
      connectionString: url,
      max: 10,
      connectionTimeoutMillis: 2_000,
      query_timeout: QUERY_TIMEOUT_MS,
      keepAlive: true,
      types: typesOf(types),
      stream: () => this.#socket(),
    });
    this.#pool.on('error', (error) => settings.report(withoutPassword(error, url), 'connection'));
  }

  executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }> {
    return this.#with((client) => client.query(text, values));
  }

  /** Runs `work` in one transaction that is durable when this resolves, whatever the server's default is. */
  transaction<T>(work: (executor: Executor) => Promise<T>): Promise<T> {
    return this.#transaction(BEGIN, work);
  }

  /** Runs `work` in one transaction that a crash of the server may undo: for leases, which it may. */
  quickTransaction<T>(work: (executor: Executor) => Promise<T>): Promise<T> {
    return this.#transaction('BEGIN; SET LOCAL synchronous_commit = off', work);
  }

  /**
   * Runs `work`, which reads a page, in the order of an index. Without statistics, as after an incident has filled a table in
   * minutes, the planner would rather sort all rows for each page.
   */
  pageTransaction<T>(work: (executor: Executor) => Promise<T>): Promise<T> {
    const off = ['sort', 'hashjoin', 'mergejoin', 'bitmapscan', 'seqscan'].map(
      (plan) => `SET LOCAL enable_${plan} = off`,
    );
    return this.#transaction(
      [`BEGIN READ ONLY; SET LOCAL statement_timeout = ${PAGE_TIMEOUT_MS}`, ...off].join('; '),
      work,
    );
  }

  #transaction<T>(begin: string, work: (executor: Executor) => Promise<T>): Promise<T> {
    return this.#with(async (client) => {
      await client.query(begin);
      const value = await work({ executeSql: (text, values) => client.query(text, values) });
      await client.query('COMMIT');
      return value;
    });
  }

  /**
   * Runs `work`, which uses other connections, while no other process is inside for the same `name`. The lock is a
   * transaction's, and who waits holds no connection: PgBouncer may give each transaction another session, and has few.
   */
  async alone(name: string, work: () => Promise<void>): Promise<void> {
    const deadline = performance.now() + QUERY_TIMEOUT_MS;
    const runIfFree = async ({ executeSql }: Executor) => {
      const { rows } = await executeSql('SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS free', [name]);
      const [row] = rows as { free: boolean }[];
      if (row?.free) await work();
      return row?.free;
    };
    while (!(await this.transaction(runIfFree))) {
      if (performance.now() > deadline)
        throw new Error('another process has been opening it for 30 s: end that process');
      await setTimeout(LOCK_POLL_MS);
    }
  }

  /** Ends the connections; those of a server that does not answer are cut. */
  async close(): Promise<void> {
    // pool.end() does not wait for its sockets to close. A server that stops before they do would be reported as an error.
    const ended = this.#pool
      .end()
      .then(() =>
        Promise.all([...this.#sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve)))),
      );
    ended.catch(() => undefined);
    if (await endsWithin(CLOSE_TIMEOUT_MS, ended)) return;
    for (const socket of this.#sockets) socket.destroy();
  }

  #socket(): Socket {
    const socket = new Socket();
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    return socket;
  }

  async #with<T>(work: (client: Pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    let broken: unknown;
    const onError = (error: Error) => {
      broken = error;
    };
    // A connection lost between two statements is an event, and an unheard one would end the process.
    client.on('error', onError);
    try {
      return await work(client);
    } catch (error) {
      broken = error ?? true;
      throw error;
    } finally {
      client.off('error', onError);
      // Ending the connection rolls back whatever it had begun.
      client.release(broken !== undefined);
    }
  }
}

/**
 * Reads values as this package and pg-boss expect, whatever `pg.types.setTypeParser` was given for the whole process: pg-boss
 * would find no key in a job's data, and handlers would get text for bytes.
 */
function typesOf(types: PostgresPeers['types']): Pg.CustomTypesConfig {
  const own: Record<number, ((text: string) => unknown) | undefined> = {
    [types.builtins.BOOL]: (text) => text === 't',
    [types.builtins.INT2]: Number,
    [types.builtins.INT4]: Number,
    [types.builtins.INT8]: Number,
    [types.builtins.TEXT]: String,
    [types.builtins.UUID]: String,
    [types.builtins.JSON]: JSON.parse,
    [types.builtins.JSONB]: JSON.parse,
    [types.builtins.BYTEA]: (text) =>
      text.startsWith('\\x') ? Buffer.from(text.slice(2), 'hex') : types.getTypeParser(types.builtins.BYTEA)(text),
  };
  return {
    getTypeParser: ((oid: number, format?: 'text') =>
      own[oid] ?? types.getTypeParser(oid, format)) as Pg.CustomTypesConfig['getTypeParser'],
  };
}

const BEGIN = `BEGIN; SELECT set_config('synchronous_commit', 'on', true)
 WHERE current_setting('synchronous_commit') IN ('off', 'local')`;
