import type { JobInsert, PgBoss } from 'pg-boss';
import { InboxError } from '../errors.js';
import type { InboxSettings } from '../options.js';
import { sha256Hex } from '../sha256.js';
import type { Connections, Executor } from './connections.js';

export type Boss = PgBoss;

/** pg-boss's queue of deliveries. */
export const QUEUE = 'deliveries';
/** Its queue of deliveries that several workers died with; each worker takes one at a time. */
export const SUSPECTS = 'suspects';
export const QUEUES = [QUEUE, SUSPECTS];

/** States of a delivery; pg-boss's job shows whether an open one waits or runs. */
export const OPEN = 0;
export const HANDLED = 2;
export const DEAD = 3;

/** What a job carries; the size bounds what is read into memory. */
export interface JobData {
  readonly key: string;
  readonly size: number;
}

/** The names of an inbox in the database. */
export interface Names {
  readonly schema: string;
  /** Our table of deliveries, qualified. */
  readonly deliveries: string;
  /** Our table that holds a row while the inbox is paused, qualified. */
  readonly pause: string;
  /** pg-boss's table of jobs, qualified. */
  readonly jobs: string;
}

/** pg-boss writes schema names unquoted: a name that would need quotes, or is not a plain word, is replaced by a digest. */
export async function namesOf(db: Executor, { name }: InboxSettings): Promise<Names> {
  const { rows } = await db.executeSql('SELECT quote_ident($1) = $1 AS plain', [name]);
  const [row] = rows as { plain: boolean }[];
  const plain = row?.plain === true && /^[a-z][a-z0-9_]*$/.test(name) && !name.startsWith('pg_');
  const schema = plain ? name : `inbox_${sha256Hex(name).slice(0, 16)}`;
  return { schema, deliveries: `${schema}.delivery`, pause: `${schema}.pause`, jobs: `${schema}.job` };
}

/** pg-boss 10 and 11 keep another schema, which is not migrated. */
const LEAST_BOSS_SCHEMA = 26;

/** @throws InboxError `open_failed` when an older pg-boss made the schema */
export async function refuseOldSchema(db: Executor, { schema }: Names): Promise<void> {
  const { rows } = await db.executeSql('SELECT to_regclass($1) IS NOT NULL AS found', [`${schema}.version`]);
  if ((rows as { found: boolean }[])[0]?.found !== true) return;
  const { rows: versions } = await db.executeSql(`SELECT version FROM ${schema}.version`);
  const version = (versions as { version: number }[])[0]?.version ?? 0;
  if (version >= LEAST_BOSS_SCHEMA) return;
  throw new InboxError(
    'open_failed',
    `The schema ${schema} was made by pg-boss 10 or 11 (version ${version}): drop it, or give openInbox another name`,
  );
}

/** @throws InboxError `inbox_missing` when the schema holds no inbox */
export async function refuseMissing(db: Executor, { deliveries }: Names, { name }: InboxSettings): Promise<void> {
  const { rows } = await db.executeSql('SELECT to_regclass($1) IS NOT NULL AS found', [deliveries]);
  if ((rows as { found: boolean }[])[0]?.found === true) return;
  throw new InboxError('inbox_missing', `There is no inbox called ${name} in this database: are URL and name right?`);
}

/** Makes our table where it is missing; to be called by one process at a time. */
export async function createTables(connections: Connections, { deliveries, pause }: Names): Promise<void> {
  await connections.transaction(async (tx) => {
    await tx.executeSql(`CREATE TABLE IF NOT EXISTS ${deliveries} (
      key text PRIMARY KEY,
      job uuid NOT NULL,
      event text,
      body bytea NOT NULL,
      size int NOT NULL,
      secret_index int NOT NULL,
      carrier text,
      state smallint NOT NULL DEFAULT ${OPEN},
      attempts int NOT NULL DEFAULT 0,
      deaths int NOT NULL DEFAULT 0,
      reason text,
      error text,
      accepted_at timestamptz NOT NULL DEFAULT now(),
      settled_at timestamptz)`);
    await tx.executeSql(
      `CREATE INDEX IF NOT EXISTS delivery_settled ON ${deliveries} (state, settled_at, key) WHERE state > ${OPEN}`,
    );
    await tx.executeSql(
      `CREATE INDEX IF NOT EXISTS delivery_dead_event ON ${deliveries} (event, settled_at, key) WHERE state = ${DEAD}`,
    );
    await tx.executeSql(
      `CREATE INDEX IF NOT EXISTS delivery_retrying ON ${deliveries} (accepted_at) WHERE state = ${OPEN} AND attempts > 0`,
    );
    await tx.executeSql(
      `CREATE INDEX IF NOT EXISTS delivery_open ON ${deliveries} (accepted_at) WHERE state = ${OPEN}`,
    );
    await tx.executeSql(`CREATE INDEX IF NOT EXISTS delivery_job ON ${deliveries} (job) WHERE state = ${OPEN}`);
    await tx.executeSql(`CREATE TABLE IF NOT EXISTS ${pause} (one boolean PRIMARY KEY CHECK (one))`);
  });
}

// An int of PostgreSQL, and 60 years. By default pg-boss drops what nobody took for 14 days; an acknowledged delivery
// is never dropped.
const KEEP_SECONDS = 60 * 365 * 86_400;

/** A lease as pg-boss keeps it with a job. */
export function leaseSecondsOf({ lease }: InboxSettings): number {
  return Math.ceil(lease / 1_000);
}

/** The job of a delivery, with our times. Whether a failed delivery gets another job is our own policy's decision. */
export function jobOf(
  { key, size, job }: { readonly key: string; readonly size: number; readonly job: string },
  settings: InboxSettings,
  more: { readonly delayMs?: number; readonly priority?: number } = {},
): JobInsert<JobData> {
  return {
    id: job,
    data: { key, size },
    priority: more.priority ?? 0,
    // pg-boss alone never fails a job of ours; where someone runs its maintenance, an expired job is retried.
    retryLimit: 1_000_000,
    expireInSeconds: leaseSecondsOf(settings),
    retentionSeconds: KEEP_SECONDS,
    // An interval from the server's time: the clock of this process may be off.
    ...(more.delayMs ? { startAfter: `${more.delayMs} milliseconds` } : {}),
  };
}

type BossExecute = NonNullable<NonNullable<Parameters<Boss['insert']>[2]>['db']>;

/** pg-boss types rows as `any[]`; ours are `unknown[]`. */
export function asBossDb(executor: Executor): BossExecute {
  return executor as BossExecute;
}
