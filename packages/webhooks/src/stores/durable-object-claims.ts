// The claims of one Durable Object, as statements of its SQLite database. All of it is synchronous.

/** What is used of `storage.sql`. */
export interface SqlStorageLike {
  exec(query: string, ...values: unknown[]): { toArray(): Record<string, unknown>[] };
}

/** One step of the store, as it is sent to the object. */
export type Step =
  | { readonly do: 'claim'; readonly key: string; readonly token: string; readonly lease: number; readonly ttl: number }
  | { readonly do: 'complete'; readonly key: string; readonly token: string; readonly ttl: number }
  | { readonly do: 'release'; readonly key: string; readonly token: string };

export const SCHEMA = [
  `CREATE TABLE IF NOT EXISTS claims (
  key TEXT PRIMARY KEY,
  token TEXT,
  attempt INTEGER NOT NULL,
  done INTEGER NOT NULL,
  lease_until INTEGER NOT NULL,
  promised_until INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) WITHOUT ROWID`,
  'CREATE INDEX IF NOT EXISTS claims_expires_at ON claims (expires_at)',
];

/** Deletes a batch of expired claims. */
export const SWEEP =
  'DELETE FROM claims WHERE key IN (SELECT key FROM claims WHERE expires_at <= ? ORDER BY expires_at LIMIT 1000)';

/** When the next claim expires; null where there is none. */
export const NEXT_EXPIRY = 'SELECT min(expires_at) AS next FROM claims';

/** The step in a parsed request; undefined for anything else. */
export function readStep(value: unknown): Step | undefined {
  const step = value as Partial<Record<'do' | 'key' | 'token' | 'lease' | 'ttl', unknown>> | null;
  if (typeof step?.key !== 'string' || typeof step.token !== 'string') return undefined;
  if (step.do === 'release') return step as Step;
  if (typeof step.ttl !== 'number') return undefined;
  if (step.do === 'complete') return step as Step;
  return step.do === 'claim' && typeof step.lease === 'number' ? (step as Step) : undefined;
}

/** Does the step and gives the store's reply. */
export function perform(sql: SqlStorageLike, step: Step, now: number): unknown {
  if (step.do === 'claim') return claim(sql, step, now);
  // What is done has no token.
  const settle =
    step.do === 'complete'
      ? sql.exec(
          'UPDATE claims SET token = NULL, done = 1, expires_at = max(promised_until, ?) WHERE key = ? AND token = ? AND expires_at > ? RETURNING 1',
          now + step.ttl,
          step.key,
          step.token,
          now,
        )
      : sql.exec(
          'UPDATE claims SET token = NULL WHERE key = ? AND token = ? AND expires_at > ? RETURNING 1',
          step.key,
          step.token,
          now,
        );
  return settle.toArray().length === 1;
}

function claim(sql: SqlStorageLike, { key, token, lease, ttl }: Extract<Step, { do: 'claim' }>, now: number): unknown {
  const [row] = sql.exec('SELECT * FROM claims WHERE key = ? AND expires_at > ?', key, now).toArray();
  if (row?.done === 1) return { state: 'done' };
  // A request that the platform sent again finds its own claim.
  if (row !== undefined && row.token === token) return { state: 'claimed', attempt: row.attempt };
  const left = row === undefined || row.token === null ? 0 : Number(row.lease_until) - now;
  if (left > 0) return { state: 'in_progress', left };
  const attempt = Number(row?.attempt ?? 0) + 1;
  // How long earlier claims asked to remember the key: no later one shortens it.
  const promised = Number(row?.expires_at ?? now);
  sql.exec(
    'INSERT OR REPLACE INTO claims (key, token, attempt, done, lease_until, promised_until, expires_at) VALUES (?, ?, ?, 0, ?, ?, ?)',
    key,
    token,
    attempt,
    now + lease,
    promised,
    Math.max(now + Math.max(lease, ttl), promised),
  );
  return { state: 'claimed', attempt };
}
