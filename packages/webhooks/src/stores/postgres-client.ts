import { notUnderstood } from './parse-replies.js';

/** What `postgresStore` uses of a client: a pg Pool, PGlite, Neon, or anything with the same `query`. */
export interface PostgresClient {
  query(text: string, values: unknown[]): Promise<{ rows: unknown[] }>;
}

/** Serialization failure and deadlock: the statement did nothing and may be run again. */
const RETRYABLE = new Set(['40001', '40P01']);
const TRIES = 5;

const FIX = 'give a pg Pool, or wrap your driver as { query: async (text, values) => ({ rows }) }';

/** @throws TypeError when the client has no `query` */
export function requireClient(client: unknown, taker: string): asserts client is PostgresClient {
  if (typeof (client as { query?: unknown } | null | undefined)?.query === 'function') return;
  throw new TypeError(`${taker} needs a client with query(text, values): ${FIX}`);
}

/** Runs one statement and gives its rows. */
export async function rowsOf(client: PostgresClient, text: string, values: unknown[]): Promise<readonly unknown[]> {
  const rows = ((await client.query(text, values)) as { rows?: unknown } | null | undefined)?.rows;
  if (!Array.isArray(rows)) throw new TypeError(`The client's query(text, values) gave no { rows }: ${FIX}`);
  return rows;
}

/** Runs a statement that is its own transaction; repeats it after a serialization failure or a deadlock. */
export async function rowsWithRetry(client: PostgresClient, text: string, values: unknown[]) {
  for (let tries = 1; ; tries++) {
    try {
      return await rowsOf(client, text, values);
    } catch (error) {
      if (tries === TRIES || !RETRYABLE.has(codeOf(error))) throw error;
    }
  }
}

/**
 * The one value of the one row, whatever its column is called: clients rename columns, and some give rows as arrays.
 *
 * @throws TypeError when it is not one row of one column
 */
export function onlyValue(rows: readonly unknown[]): unknown {
  const [row] = rows;
  const values: readonly unknown[] = typeof row === 'object' && row !== null ? Object.values(row) : [];
  if (rows.length !== 1 || values.length !== 1) throw notUnderstood(rows);
  return values[0];
}

/** The SQLSTATE of a driver's error, or an empty string. */
export function codeOf(error: unknown): string {
  const { code, meta, cause } = Object(error) as {
    code?: unknown;
    meta?: { code?: unknown };
    cause?: { code?: unknown };
  };
  // Prisma has the server's code in `meta`, beside one of its own; Drizzle has the server's error as `cause`.
  const found = [meta?.code, code, cause?.code].find((one) => typeof one === 'string');
  return typeof found === 'string' ? found : '';
}
