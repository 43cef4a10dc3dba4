import { toHex } from '../signature/bytes.js';
import type { PostgresClient } from './postgres-client.js';

/** A transaction of postgres.js: the `sql` that `sql.begin` gives. */
export interface PostgresJsTransaction {
  unsafe(text: string): PromiseLike<unknown>;
}

/** A transaction of Kysely: the `trx` of `db.transaction().execute`. */
export interface KyselyTransaction {
  executeQuery(query: never): PromiseLike<unknown>;
}

/** A transaction of Knex: the `trx` of `knex.transaction`. */
export interface KnexTransaction {
  raw(text: string): PromiseLike<unknown>;
}

/** A transaction of Prisma: the `tx` of an interactive `prisma.$transaction`. */
export interface PrismaTransaction {
  $queryRawUnsafe(text: string): PromiseLike<unknown>;
}

/** A transaction of Drizzle 0.34 or later: the `tx` of `db.transaction`. */
export interface DrizzleTransaction {
  execute(text: string): PromiseLike<unknown>;
}

/** An open transaction of one of the libraries that `completeIn` takes as they are; any other goes through {@link executor}. */
export type PostgresTransaction =
  | PostgresClient
  | PostgresJsTransaction
  | KyselyTransaction
  | KnexTransaction
  | PrismaTransaction
  | DrizzleTransaction;

/**
 * Makes a client of any driver or query builder, from a function that runs one statement.
 *
 * `completeIn` needs it only for a transaction that it does not take as it is.
 *
 * @param run runs one statement with its `$1`, `$2` … and gives the rows, or an object with `rows`
 * @throws TypeError when `run` is not a function
 * @example
 * ```ts
 * import { executor, type PostgresStore } from '@videocloud/webhooks/stores/postgres';
 *
 * interface EntityManager { query(text: string, values: unknown[]): Promise<unknown> } // of TypeORM
 *
 * export const complete = (store: PostgresStore, manager: EntityManager, deliveryKey: string | null) =>
 *   store.completeIn(executor((text, values) => manager.query(text, values)), deliveryKey);
 * ```
 */
export function executor(run: (text: string, values: unknown[]) => PromiseLike<unknown>): PostgresClient {
  if (typeof run !== 'function') throw new TypeError('executor takes a function (text, values) => rows');
  return {
    query: async (text, values) => {
      const reply = await run(text, values);
      return Array.isArray(reply) ? { rows: reply } : (reply as { rows: unknown[] });
    },
  };
}

/** The client of a transaction, told by its shape; undefined when it has none of them. */
export function clientOf(transaction: unknown): PostgresClient | undefined {
  const tx = (transaction ?? {}) as { readonly [method in Method]?: (query: unknown) => PromiseLike<unknown> };
  const has = (method: Method) => typeof tx[method] === 'function';
  if (has('query')) return transaction as PostgresClient;
  if (has('executeQuery')) return inlining((text) => tx.executeQuery?.(kyselyQuery(text)));
  const method = (['unsafe', '$queryRawUnsafe', 'raw', 'execute'] as const).find(has);
  return method && inlining((text) => tx[method]?.(text));
}

type Method = 'query' | 'executeQuery' | 'unsafe' | '$queryRawUnsafe' | 'raw' | 'execute';

/** What Kysely's own `CompiledQuery.raw(text)` gives. */
function kyselyQuery(text: string): unknown {
  const query = { kind: 'RawNode', sqlFragments: [text], parameters: [] };
  return { sql: text, parameters: [], query, queryId: { queryId: crypto.randomUUID() } };
}

/** These libraries agree on text alone: each has placeholders of its own, or guesses types of parameters. */
function inlining(run: (text: string) => PromiseLike<unknown> | undefined): PostgresClient {
  return executor(async (text, values) => run(text.replaceAll(/\$(\d)/g, (_, n) => literal(values[Number(n) - 1]))));
}

/** A number, or text as hex digits: no text can end such a literal. */
function literal(value: unknown): string {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return `convert_from(decode('${toHex(new TextEncoder().encode(String(value)))}', 'hex'), 'UTF8')`;
}
