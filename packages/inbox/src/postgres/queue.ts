import { Batcher } from '../batcher.js';
import type { Ending, Taken } from '../engine.js';
import type { InboxSettings } from '../options.js';
import type { LeaseQueue } from '../pump.js';
import type { Connections, Executor } from './connections.js';
import { type Boss, DEAD, HANDLED, type JobData, OPEN, QUEUE, tableOf } from './tables.js';

/** A delivery and its job in pg-boss. */
export interface TakenJob extends Taken {
  readonly job: string;
}

/** Leases through pg-boss: a job that is active past its `expireIn` is another worker's. */
export class PostgresQueue implements LeaseQueue<TakenJob> {
  readonly maxAttempts: number;
  readonly #connections: Connections;
  readonly #boss: Boss;
  readonly #table: string;
  readonly #handled: Batcher<TakenJob, undefined>;

  constructor(connections: Connections, boss: Boss, settings: InboxSettings) {
    this.maxAttempts = settings.maxAttempts;
    this.#connections = connections;
    this.#boss = boss;
    this.#table = tableOf(settings);
    this.#handled = new Batcher((taken) => this.#complete(taken));
  }

  take(limit: number): Promise<TakenJob[]> {
    return this.#connections.transaction(async (tx) => {
      const jobs = await this.#boss.fetch<JobData>(QUEUE, {
        batchSize: limit,
        includeMetadata: true,
        priority: false,
        db: asBossDb(tx),
      });
      // pg-boss swallows the error of a failed fetch; in a transaction the next statement still tells.
      const { rows } = await tx.executeSql(
        `SELECT key, body, secret_index FROM ${this.#table} WHERE key = ANY($1::text[])`,
        [jobs.map(({ data }) => data.key)],
      );
      const stored = new Map((rows as Row[]).map((row) => [row.key, row]));
      return jobs.flatMap(({ id, data, retryCount }) => {
        const row = stored.get(data.key);
        if (row === undefined) return [];
        return [{ key: row.key, body: row.body, secretIndex: row.secret_index, attempt: retryCount + 1, job: id }];
      });
    });
  }

  settle(taken: TakenJob, ending: Ending): Promise<void> {
    if (ending.state === 'handled') return this.#handled.add(taken);
    const { job, key, attempt } = taken;
    return this.#connections.transaction(async (tx) => {
      const db = asBossDb(tx);
      if (!ending.final && attempt < this.maxAttempts) {
        await this.#boss.fail(QUEUE, job, { message: ending.error }, { db });
        return;
      }
      // Cancelled rather than failed: pg-boss's own dead-letter queue is for jobs whose process died.
      await this.#boss.cancel(QUEUE, job, { db });
      await tx.executeSql(
        `UPDATE ${this.#table} SET state = ${DEAD}, attempts = $3, error = $4, settled_at = now()
         WHERE key = $1 AND job = $2 AND state = ${OPEN}`,
        [key, job, attempt, ending.error.replaceAll('\0', '')],
      );
    });
  }

  async #complete(taken: readonly TakenJob[]): Promise<undefined[]> {
    const jobs = taken.map(({ job }) => job);
    await this.#connections.transaction(async (tx) => {
      // pg-boss takes several ids here; its types know that only without `data`.
      await this.#boss.complete(QUEUE, jobs as string[] & string, {}, { db: asBossDb(tx) });
      // A dead letter that was handled after all (its worker only seemed dead) is handled.
      await tx.executeSql(
        `UPDATE ${this.#table} SET state = ${HANDLED}, settled_at = now(), error = NULL
         WHERE key = ANY($1::text[]) AND job = ANY($2::uuid[])`,
        [taken.map(({ key }) => key), jobs],
      );
    });
    return taken.map(() => undefined);
  }
}

/** pg-boss types values as `any[]`; ours are `unknown[]`. */
export function asBossDb(executor: Executor): { executeSql: Executor['executeSql'] & BossExecute } {
  return executor as { executeSql: Executor['executeSql'] & BossExecute };
}
type BossExecute = NonNullable<NonNullable<Parameters<Boss['insert']>[1]>['db']>['executeSql'];

interface Row {
  key: string;
  body: Buffer;
  secret_index: number;
}
