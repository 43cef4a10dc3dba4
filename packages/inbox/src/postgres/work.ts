import { randomUUID } from 'node:crypto';
import { GroupCommit } from '../group-commit.js';
import type { InboxSettings } from '../options.js';
import { PROCESS_DIED, type Settlement, SUSPECT_AFTER, settlementOf } from '../policy.js';
import type { LeaseQueue } from '../worker-loop.js';
import type { Connections, Executor } from './connections.js';
import {
  asBossDb,
  type Boss,
  DEAD,
  HANDLED,
  type JobData,
  jobOf,
  leaseSecondsOf,
  type Names,
  OPEN,
  QUEUE,
  QUEUES,
  SUSPECTS,
} from './tables.js';
import { type JobRow, msOf, NO_BYTES, type TakenJob, takenFrom } from './taken.js';

type Failed = Exclude<Settlement, { readonly state: 'handled' }>;

const MAX_RECLAIMED = 100;
const SUSPECTS_INTERVAL_MS = 500;

/** Leases through pg-boss: the job of a delivery is active while a worker holds it, and gone once it is settled. */
export class PostgresQueue implements LeaseQueue<TakenJob> {
  closed = false;
  readonly #connections: Connections;
  readonly #boss: Boss;
  readonly #names: Names;
  readonly #settings: InboxSettings;
  readonly #handled: GroupCommit<TakenJob, boolean>;
  /** The one suspect that may run here, and until when it may still be running. */
  #suspect: { readonly job: string; readonly until: number } | undefined;
  #suspectsAt = 0;
  #paused = false;
  #pauseReadAt = Number.NEGATIVE_INFINITY;
  readonly #taking = new Set<Promise<TakenJob[]>>();

  constructor(connections: Connections, boss: Boss, names: Names, settings: InboxSettings) {
    this.#connections = connections;
    this.#boss = boss;
    this.#names = names;
    this.#settings = settings;
    this.#handled = new GroupCommit({ write: (taken) => this.#complete(taken) });
  }

  async take(limit: number, maxBytes: number): Promise<TakenJob[]> {
    const taking = this.#take(limit, maxBytes);
    this.#taking.add(taking);
    try {
      return await taking;
    } finally {
      this.#taking.delete(taking);
    }
  }

  async #take(limit: number, maxBytes: number): Promise<TakenJob[]> {
    if (await this.#isPaused()) return [];
    const suspects = await this.#takeSuspect(maxBytes);
    const left = limit - suspects.length;
    return left > 0 ? [...suspects, ...(await this.#takeFrom(QUEUE, left, maxBytes))] : suspects;
  }

  /** Whether the inbox is paused, as of `pollInterval` ago at most: not every take needs to ask the server. */
  async #isPaused(): Promise<boolean> {
    const now = performance.now();
    if (now - this.#pauseReadAt >= this.#settings.pollInterval) {
      // Before the answer: a pause that begins meanwhile has it read again.
      this.#pauseReadAt = now;
      const { rows } = await this.#connections.executeSql(`SELECT 1 FROM ${this.#names.pause}`);
      this.#paused = rows.length > 0;
    }
    return this.#paused;
  }

  /** Reads at the next take whether the inbox is paused; resolves when the takes that read it before have ended. */
  async lookForPause(): Promise<void> {
    this.#pauseReadAt = Number.NEGATIVE_INFINITY;
    await Promise.allSettled(this.#taking);
  }

  async #takeSuspect(maxBytes: number): Promise<TakenJob[]> {
    const now = performance.now();
    if (now < this.#suspectsAt || (this.#suspect !== undefined && now < this.#suspect.until)) return [];
    this.#suspectsAt = now + Math.min(SUSPECTS_INTERVAL_MS, this.#settings.pollInterval);
    const taken = await this.#takeFrom(SUSPECTS, 1, maxBytes);
    const [suspect] = taken;
    if (suspect !== undefined) this.#suspect = { job: suspect.job, until: now + this.#settings.lease };
    return taken;
  }

  async #takeFrom(queue: string, limit: number, maxBytes: number): Promise<TakenJob[]> {
    for (let batchSize = limit; ; ) {
      try {
        return await this.#connections.quickTransaction((tx) => this.#fetch(tx, queue, batchSize, maxBytes));
      } catch (error) {
        if (!(error instanceof TooManyBytes)) throw error;
        batchSize = error.fitting;
      }
    }
  }

  /** @throws TooManyBytes before a body is read when the jobs hold more than `maxBytes`; the transaction is rolled back */
  async #fetch(tx: Executor, queue: string, batchSize: number, maxBytes: number): Promise<TakenJob[]> {
    const jobs = await this.#boss.fetch<JobData>(queue, { batchSize, includeMetadata: true, db: asBossDb(tx) });
    if (jobs.length === 0) return [];
    let bytes = 0;
    const fitting = jobs.findIndex(({ data }) => {
      bytes += data.size;
      return bytes > maxBytes;
    });
    if (fitting >= 0 && jobs.length > 1) throw new TooManyBytes(Math.max(1, fitting));
    const { rows } = await tx.executeSql(
      `SELECT key, job, event, body, secret_index, carrier, attempts, ${msOf('accepted_at')}
       FROM ${this.#names.deliveries} WHERE key = ANY($1::text[]) AND state = ${OPEN}`,
      [jobs.map(({ data }) => data.key)],
    );
    const stored = new Map((rows as JobRow[]).map((row) => [row.job, row]));
    await this.#useOwnLease(tx, queue, jobs);
    const orphans = jobs.flatMap(({ id }) => (stored.has(id) ? [] : [id]));
    await this.#deleteJobs(tx, queue, orphans);
    return jobs.flatMap(({ id, retryCount }) => {
      const row = stored.get(id);
      return row === undefined ? [] : [{ ...takenFrom(row, row.attempts + retryCount + 1), job: id, queue }];
    });
  }

  /** A job was made with the lease of the inbox that accepted it; what counts is how long this worker lets a handler run. */
  async #useOwnLease(
    tx: Executor,
    queue: string,
    jobs: readonly { id: string; expireInSeconds: number }[],
  ): Promise<void> {
    const seconds = leaseSecondsOf(this.#settings);
    const others = jobs.flatMap(({ id, expireInSeconds }) => (expireInSeconds === seconds ? [] : [id]));
    if (others.length === 0) return;
    await tx.executeSql(`UPDATE ${this.#names.jobs} SET expire_seconds = $1 WHERE name = $2 AND id = ANY($3::uuid[])`, [
      seconds,
      queue,
      others,
    ]);
  }

  async settle(taken: TakenJob, settlement: Settlement): Promise<boolean> {
    const held = await (settlement.state === 'handled'
      ? this.#handled.add(taken)
      : this.#connections.transaction((tx) => this.#fail(tx, taken, settlement)));
    if (this.#suspect?.job === taken.job) this.#suspect = undefined;
    return held !== false;
  }

  async #complete(taken: readonly TakenJob[]): Promise<boolean[]> {
    await this.#connections.transaction(async (tx) => {
      for (const queue of QUEUES) {
        const jobs = taken.flatMap((one) => (one.queue === queue ? [one.job] : []));
        await this.#deleteJobs(tx, queue, jobs);
      }
      // Whatever job it has by now: what a worker that only seemed dead has handled is handled. A job without an open
      // delivery is deleted by whoever fetches it.
      await tx.executeSql(
        `UPDATE ${this.#names.deliveries} d SET state = ${HANDLED}, settled_at = now(), attempts = done.attempt, reason = NULL, error = NULL
         FROM unnest($1::text[], $2::int[]) AS done (key, attempt) WHERE d.key = done.key`,
        [taken.map(({ key }) => key), taken.map(({ attempt }) => attempt)],
      );
    });
    return taken.map(() => true);
  }

  /**
   * Ends the job; the delivery is dead, or gets its next job. Its bytes if it is dead; false when the delivery has another job
   * by now. Where the answer to a commit was lost, a dead delivery is found as it was left.
   */
  async #fail(tx: Executor, taken: TakenJob, settlement: Failed, deaths = 0): Promise<Buffer | boolean> {
    const { key, job, queue, attempt } = taken;
    const next = randomUUID();
    const dead = settlement.state === 'dead';
    const { rows } = await tx.executeSql(
      `UPDATE ${this.#names.deliveries} SET state = ${dead ? DEAD : OPEN}, settled_at = ${dead ? 'now()' : 'NULL'},
         job = $3, attempts = $4, deaths = deaths + $5, reason = $6, error = $7
       WHERE key = $1 AND job = $2 AND state IN (${OPEN}, ${dead ? DEAD : OPEN}) RETURNING deaths, size, ${dead ? 'body' : 'NULL AS body'}`,
      [key, job, dead ? job : next, attempt, deaths, dead ? settlement.reason : null, settlement.error],
    );
    await this.#deleteJobs(tx, queue, [job]);
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

  async #deleteJobs(tx: Executor, queue: string, jobs: string[]): Promise<void> {
    if (jobs.length > 0) await this.#boss.deleteJob(queue, jobs, { db: asBossDb(tx) });
  }

  /** Gives up leases that ended, since their workers died; whether there may be more of them. */
  async reclaim(): Promise<boolean> {
    const { jobs, deliveries } = this.#names;
    const died: { taken: TakenJob; settlement: Settlement & { readonly state: 'dead' } }[] = [];
    const found = await this.#connections.transaction(async (tx) => {
      const { rows } = await tx.executeSql(
        `SELECT j.id, d.key, d.event, d.secret_index, d.carrier, d.attempts, ${msOf('accepted_at')}, j.name, j.retry_count
         FROM ${jobs} j LEFT JOIN ${deliveries} d ON d.job = j.id AND d.state = ${OPEN}
         WHERE j.name = ANY($1::text[]) AND j.state = 'active' AND j.started_on + j.expire_seconds * interval '1 second' < now()
         LIMIT ${MAX_RECLAIMED} FOR UPDATE OF j SKIP LOCKED`,
        [QUEUES],
      );
      for (const row of rows as (Omit<JobRow, 'key'> & {
        id: string;
        key: string | null;
        name: string;
        retry_count: number;
      })[]) {
        const { id: job, key, name: queue } = row;
        if (key === null) {
          await this.#deleteJobs(tx, queue, [job]);
          continue;
        }
        const attempt = row.attempts + row.retry_count + 1;
        const settlement = settlementOf(PROCESS_DIED, attempt, this.#settings);
        if (settlement.state === 'handled') continue;
        const taken = { ...takenFrom({ ...row, key, body: NO_BYTES }, attempt), job, queue };
        const body = await this.#fail(tx, taken, settlement, 1);
        if (settlement.state === 'dead' && typeof body !== 'boolean')
          died.push({ taken: { ...taken, body }, settlement });
      }
      return rows.length;
    });
    for (const { taken, settlement } of died) this.#settings.dead(taken, settlement);
    return found === MAX_RECLAIMED;
  }
}

/** Says how many jobs fit. */
class TooManyBytes extends Error {
  readonly fitting: number;
  constructor(fitting: number) {
    super('more bytes than may be held at a time');
    this.fitting = fitting;
  }
}
