import type PgBoss from 'pg-boss';
import type { InboxSettings } from '../options.js';
import type { Connections } from './connections.js';

export type Boss = PgBoss;

export const QUEUE = 'deliveries';
/** Where pg-boss puts jobs whose last attempt ended with its process. */
export const DEAD_QUEUE = 'deliveries-dead';

/** States of a delivery; whether an open one waits or runs is pg-boss's to know. */
export const OPEN = 0;
export const HANDLED = 2;
export const DEAD = 3;

/** What a job carries; `job` tells a delivery's present job from an earlier one. */
export interface JobData {
  readonly key: string;
  readonly job: string;
}

/** The qualified name of our table; the schema's name is checked when the inbox is opened. */
export function tableOf(settings: InboxSettings): string {
  return `${settings.name.replaceAll('-', '_')}.delivery`;
}

/** Makes our table where it is missing; to be called by one process at a time. */
export async function createTables(connections: Connections, settings: InboxSettings): Promise<void> {
  const table = tableOf(settings);
  await connections.transaction(async (tx) => {
    await tx.executeSql(`CREATE TABLE IF NOT EXISTS ${table} (
      key text PRIMARY KEY,
      job uuid NOT NULL,
      body bytea NOT NULL,
      secret_index int NOT NULL,
      state smallint NOT NULL DEFAULT ${OPEN},
      attempts int NOT NULL DEFAULT 0,
      error text,
      accepted_at timestamptz NOT NULL DEFAULT now(),
      settled_at timestamptz)`);
    await tx.executeSql(
      `CREATE INDEX IF NOT EXISTS delivery_settled ON ${table} (state, settled_at) WHERE state > ${OPEN}`,
    );
    await tx.executeSql(`CREATE INDEX IF NOT EXISTS delivery_open ON ${table} (accepted_at) WHERE state = ${OPEN}`);
  });
}

/** The job of a delivery, with our times. */
export function jobOf(key: string, job: string, settings: InboxSettings): PgBoss.JobInsert<JobData> {
  return {
    id: job,
    name: QUEUE,
    data: { key, job },
    retryLimit: settings.maxAttempts - 1,
    // pg-boss counts whole seconds.
    retryDelay: Math.ceil(settings.retryDelay / 1_000),
    retryBackoff: true,
    expireInSeconds: Math.ceil(settings.lease / 1_000),
    // By default pg-boss drops what nobody took for 14 days; an acknowledged delivery is never dropped.
    keepUntil: '9999-12-31T00:00:00Z',
  };
}
