import { randomUUID } from 'node:crypto';
import type { InboxSettings } from '../options.js';
import { type Settlement, SUSPECT_AFTER } from '../policy.js';
import type { Executor } from './connections.js';
import { asBossDb, type Boss, DEAD, jobOf, type Names, OPEN, QUEUE, SUSPECTS } from './tables.js';
import type { TakenJob } from './taken.js';

type Failed = Exclude<Settlement, { readonly state: 'handled' }>;

/** The ends of a job, each to be run inside a transaction. */
export class JobEnds {
  readonly #boss: Boss;
  readonly #names: Names;
  readonly #settings: InboxSettings;

  constructor(boss: Boss, names: Names, settings: InboxSettings) {
    this.#boss = boss;
    this.#names = names;
    this.#settings = settings;
  }

  /**
   * Ends the job; the delivery is dead, or gets its next job. Its bytes if it is dead; false when the delivery has another job
   * by now. Where the answer to a commit was lost, a dead delivery is found as it was left.
   */
  async fail(tx: Executor, taken: TakenJob, settlement: Failed, deaths = 0): Promise<Buffer | boolean> {
    const { key, job, queue, attempt } = taken;
    const next = randomUUID();
    const dead = settlement.state === 'dead';
    const { rows } = await tx.executeSql(
      `UPDATE ${this.#names.deliveries} SET state = ${dead ? DEAD : OPEN}, settled_at = ${dead ? 'now()' : 'NULL'},
         job = $3, attempts = $4, deaths = deaths + $5, reason = $6, error = $7
       WHERE key = $1 AND job = $2 AND state IN (${OPEN}, ${dead ? DEAD : OPEN}) RETURNING deaths, size, ${dead ? 'body' : 'NULL AS body'}`,
      [key, job, dead ? job : next, attempt, deaths, dead ? settlement.reason : null, settlement.error],
    );
    await this.delete(tx, queue, [job]);
    const [row] = rows as { deaths: number; size: number; body: Buffer | null }[];
    if (row === undefined) return false;
    if (!dead) {
      await this.#boss.insert(
        row.deaths >= SUSPECT_AFTER ? SUSPECTS : QUEUE,
        // What a worker that died has left comes first: it has waited longest.
        [jobOf({ key, job: next, size: row.size }, this.#settings, { delayMs: settlement.delayMs, priority: deaths })],
        { db: asBossDb(tx) },
      );
    }
    return row.body ?? true;
  }

  async delete(tx: Executor, queue: string, jobs: string[]): Promise<void> {
    if (jobs.length > 0) await this.#boss.deleteJob(queue, jobs, { db: asBossDb(tx) });
  }
}
