/**
 * The statements of one table. All times are the server's: the clocks of the receivers may differ. Each answers with one
 * row of one text: clients rename columns, and give numbers as strings or BigInt.
 */
export interface Statements {
  readonly migrate: string;
  readonly claim: string;
  readonly complete: string;
  readonly release: string;
  readonly requireTransaction: string;
  readonly completeIn: string;
  readonly sweep: string;
}

/** Index names are made from it and PostgreSQL cuts identifiers at 63 bytes. */
const MAX_TABLE_LENGTH = 51;
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * A quoted table name: `table` or `schema.table`.
 *
 * @throws TypeError for anything that is not one or two plain identifiers
 */
export function quotedTable(table: unknown): { readonly name: string; readonly index: string } {
  const parts = typeof table === 'string' ? table.split('.') : [];
  const plain = parts.every((part) => IDENTIFIER.test(part) && part.length <= 63);
  const last = parts.at(-1);
  if (!plain || last === undefined || parts.length > 2 || last.length > MAX_TABLE_LENGTH) {
    throw new TypeError(
      `table must be "table" or "schema.table" of ASCII letters, digits and underscores, not beginning with a digit, ` +
        `the table at most ${MAX_TABLE_LENGTH} characters, the schema 63; it is ${JSON.stringify(table)}`,
    );
  }
  return { name: parts.map((part) => `"${part}"`).join('.'), index: `"${last}_expires_at"` };
}

export function statementsFor({ name, index }: { readonly name: string; readonly index: string }): Statements {
  return {
    // One statement, so that it needs no transaction of its own. The lock is for instances that start together, and
    // looking first lets a role without CREATE call it once the table exists.
    migrate: `DO $$ BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('videocloud webhooks'), hashtext('${name}'));
  IF to_regclass('${name}') IS NULL THEN
    CREATE TABLE ${name} (
      key text PRIMARY KEY,
      token text,
      attempt integer NOT NULL,
      done boolean NOT NULL,
      lease_until timestamptz NOT NULL,
      promised_until timestamptz NOT NULL,
      expires_at timestamptz NOT NULL
    );
    CREATE INDEX ${index} ON ${name} (expires_at);
  END IF;
END $$`,

    // $1 key, $2 token, $3 lease, $4 ttl. Losers only read: they neither write a row version nor wait for a handler
    // that has the row locked in its own transaction. Between the read and the insert another may have been faster,
    // so the update looks again, at the row it has locked and at one instant of the clock. promised_until is how long
    // earlier claims asked to remember the key: no later one shortens it.
    claim: `WITH held AS (
  SELECT c.done, c.lease_until FROM ${name} AS c
  WHERE c.key = $1 AND c.expires_at > clock_timestamp()
    AND (c.done OR (c.token IS NOT NULL AND c.lease_until > clock_timestamp()))
), taken AS (
  INSERT INTO ${name} AS c (key, token, attempt, done, lease_until, promised_until, expires_at)
  SELECT $1, $2, 1, false, at + ${ms('$3')}, at, at + ${ms('greatest($3::float8, $4::float8)')}
  FROM (SELECT clock_timestamp() AS at) AS clock WHERE NOT EXISTS (SELECT FROM held)
  ON CONFLICT (key) DO UPDATE SET (token, attempt, done, lease_until, promised_until, expires_at) = (
    SELECT
      CASE WHEN forgotten OR free THEN EXCLUDED.token ELSE c.token END,
      CASE WHEN forgotten THEN 1 WHEN free THEN c.attempt + 1 ELSE c.attempt END,
      c.done AND NOT forgotten,
      CASE WHEN forgotten OR free THEN at + ${ms('$3')} ELSE c.lease_until END,
      CASE WHEN forgotten THEN at WHEN free THEN c.expires_at ELSE c.promised_until END,
      CASE WHEN forgotten THEN at + ${ms('greatest($3::float8, $4::float8)')}
        WHEN free THEN greatest(c.expires_at, at + ${ms('greatest($3::float8, $4::float8)')})
        ELSE c.expires_at END
    FROM (SELECT clock_timestamp() AS at) AS clock,
      LATERAL (SELECT c.expires_at <= at AS forgotten,
        NOT c.done AND (c.token IS NULL OR c.lease_until <= at) AS free OFFSET 0) AS judged
  )
  RETURNING c.token, c.done, c.attempt, c.lease_until
), replies AS (
  SELECT false AS claimed, done, 0 AS attempt, lease_until FROM held
  UNION ALL SELECT coalesce(token = $2, false) AND NOT done, done, attempt, lease_until FROM taken
)
SELECT CASE WHEN claimed THEN 'claimed ' || attempt WHEN done THEN 'done'
  ELSE 'in_progress ' || ${left('lease_until')} END AS reply FROM replies`,

    // $1 key, $2 token, $3 ttl.
    complete: held(`UPDATE ${name} SET token = NULL, done = true,
  expires_at = greatest(promised_until, clock_timestamp() + ${ms('$3')})
WHERE key = $1 AND token = $2 AND expires_at > clock_timestamp()`),

    // $1 key, $2 token. What was completed in the handler's own transaction stays done though the handler threw later.
    release: held(`UPDATE ${name} SET token = NULL
WHERE key = $1 AND token = $2 AND NOT done AND expires_at > clock_timestamp()`),

    // The lock an INSERT takes anyway; the statement is an error outside a transaction, which is what it is for.
    requireTransaction: `LOCK TABLE ${name} IN ROW EXCLUSIVE MODE`,

    // $1 key, $2 ttl. The token stays, so that the receiver's own complete still finds it.
    completeIn: held(`INSERT INTO ${name} AS c (key, token, attempt, done, lease_until, promised_until, expires_at)
SELECT $1, NULL, 1, true, at, at, at + ${ms('$2')} FROM (SELECT clock_timestamp() AS at) AS clock
ON CONFLICT (key) DO UPDATE SET done = true,
  promised_until = greatest(c.expires_at, EXCLUDED.expires_at), expires_at = greatest(c.expires_at, EXCLUDED.expires_at)
WHERE NOT c.done OR c.expires_at <= clock_timestamp()`),

    // $1 rows at most. Rows that somebody is claiming right now are passed over, not waited for.
    sweep: `WITH due AS MATERIALIZED (
  SELECT key FROM ${name} WHERE expires_at <= clock_timestamp()
  ORDER BY expires_at LIMIT $1::int FOR UPDATE SKIP LOCKED
), gone AS (DELETE FROM ${name} AS c USING due WHERE c.key = due.key RETURNING 1)
SELECT count(*)::text AS reply FROM gone`,
  };
}

function ms(parameter: string): string {
  return `${parameter}::float8 * interval '1 millisecond'`;
}

function left(column: string): string {
  return `greatest(1, ceil(extract(epoch FROM ${column} - clock_timestamp()) * 1000))::bigint`;
}

/** `held` when the statement changed a row, `lost` when it found none to change. */
function held(statement: string): string {
  return `WITH changed AS (${statement} RETURNING 1)
SELECT CASE WHEN EXISTS (SELECT FROM changed) THEN 'held' ELSE 'lost' END AS reply`;
}
