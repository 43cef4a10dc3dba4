import { GroupCommit } from '../group-commit.js';
import type { InboxSettings } from '../options.js';
import type { Settlement } from '../policy.js';
import type { LeaseQueue } from '../worker-loop.js';
import type { Connections, Executor } from './connections.js';
import type { JobEnds } from './job-ends.js';
import {
  asBossDb,
  type Boss,
  HANDLED,
  type JobData,
  leaseSecondsOf,
  type Names,
  OPEN,
  QUEUE,
  QUEUES,
  SUSPECTS,
} from './tables.js';
import { type JobRow, type Lease, msOf, secondsOf, type TakenJob, takenFrom } from './taken.js';

const SUSPECTS_INTERVAL_MS = 500;

/** Leases through pg-boss: the job of a delivery is active while a worker holds it, and gone once it is settled. */
export class PostgresQueue implements LeaseQueue<TakenJob> {
  closed = false;
  readonly #connections: Connections;
  readonly #boss: Boss;
  readonly #names: Names;
  readonly #ends: JobEnds;
  readonly #settings: InboxSettings;
  readonly #handled: GroupCommit<TakenJob, boolean>;
  /** The one suspect that may run here, and until when it may still be running. */
  #suspect: { readonly job: string; readonly until: number } | undefined;
  #suspectsAt = 0;
  #paused = false;
  #pauseReadAt = Number.NEGATIVE_INFINITY;
  readonly #taking = new Set<Promise<TakenJob[]>>();
  /** Leases that nobody runs: a later statement failed, or the answer to their commit was lost, and with it what they hold. */
  #unanswered: Lease[] = [];

  constructor(connections: Connections, boss: Boss, ends: JobEnds, names: Names, settings: InboxSettings) {
    this.#connections = connections;
    this.#boss = boss;
    this.#ends = ends;
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
    await this.#giveBackUnanswered();
    if (await this.#isPaused()) return [];
    const suspects = await this.#takeSuspect(maxBytes);
    const left = limit - suspects.length;
    try {
      return left > 0 ? [...suspects, ...(await this.#takeFrom(QUEUE, left, maxBytes))] : suspects;
    } catch (error) {
      this.#unanswered.push(...suspects.map(leaseOf));
      throw error;
    }
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
      let taken: TakenJob[] = [];
      try {
        return await this.#connections.quickTransaction(async (tx) => {
          taken = await this.#fetch(tx, queue, batchSize, maxBytes);
          return taken;
        });
      } catch (error) {
        this.#unanswered.push(...taken.map(leaseOf));
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
      `SELECT key, job, event, body, secret_index, carrier, attempts, ${msOf('accepted_at')},
         ${secondsOf('now()')} AS leased_at
       FROM ${this.#names.deliveries} WHERE key = ANY($1::text[]) AND state = ${OPEN}`,
      [jobs.map(({ data }) => data.key)],
    );
    const stored = new Map((rows as JobRow[]).map((row) => [row.job, row]));
    await this.#useOwnLease(tx, queue, jobs);
    const orphans = jobs.flatMap(({ id }) => (stored.has(id) ? [] : [id]));
    await this.#ends.delete(tx, queue, orphans);
    return jobs.flatMap(({ id, retryCount }) => {
      const row = stored.get(id);
      if (row === undefined) return [];
      return [{ ...takenFrom(row, row.attempts + retryCount + 1), job: id, queue, leasedAt: row.leased_at }];
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

  /** Nobody may have run them: otherwise they would wait for the end of the lease, and count as the death of a worker. */
  async #giveBackUnanswered(): Promise<void> {
    if (this.#unanswered.length === 0) return;
    const leases = this.#unanswered;
    this.#unanswered = [];
    try {
      await this.giveBack(leases);
    } catch (error) {
      this.#unanswered.push(...leases);
      throw error;
    }
  }

  async giveBack(leases: readonly Lease[]): Promise<void> {
    // Without the start, pg-boss counts no attempt. By the time of the lease: another worker may have it by now.
    await this.#connections.executeSql(
      `UPDATE ${this.#names.jobs} j SET state = 'created', started_on = NULL
       FROM unnest($1::text[], $2::uuid[], $3::text[]) AS lease (queue, id, at)
       WHERE j.name = lease.queue AND j.id = lease.id AND j.state = 'active' AND ${secondsOf('j.started_on')} = lease.at`,
      [leases.map(({ queue }) => queue), leases.map(({ job }) => job), leases.map(({ leasedAt }) => leasedAt)],
    );
    if (leases.some(({ job }) => job === this.#suspect?.job)) this.#suspect = undefined;
  }

  async settle(taken: TakenJob, settlement: Settlement): Promise<boolean> {
    const held = await (settlement.state === 'handled'
      ? this.#handled.add(taken)
      : this.#connections.transaction((tx) => this.#ends.fail(tx, taken, settlement)));
    if (this.#suspect?.job === taken.job) this.#suspect = undefined;
    return held !== false;
  }

  async #complete(taken: readonly TakenJob[]): Promise<boolean[]> {
    await this.#connections.transaction(async (tx) => {
      for (const queue of QUEUES) {
        const jobs = taken.flatMap((one) => (one.queue === queue ? [one.job] : []));
        await this.#ends.delete(tx, queue, jobs);
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
}

/** Without the body, which is not needed to give it back. */
function leaseOf({ job, queue, leasedAt }: Lease): Lease {
  return { job, queue, leasedAt };
}

/** Says how many jobs fit. */
class TooManyBytes extends Error {
  readonly fitting: number;
  constructor(fitting: number) {
    super('more bytes than may be held at a time');
    this.fitting = fitting;
  }
}
