import type { InboxSettings } from '../options.js';
import { PROCESS_DIED, type Settlement, settlementOf } from '../policy.js';
import type { Connections, Executor } from './connections.js';
import type { JobEnds } from './job-ends.js';
import { DEAD, type Names, OPEN, QUEUES } from './tables.js';
import { type JobRow, msOf, NO_BYTES, secondsOf, type TakenJob, takenFrom } from './taken.js';

const MAX_RECLAIMED = 100;

/** A delivery that died with its last attempt. */
interface Died {
  readonly taken: TakenJob;
  readonly settlement: Settlement & { readonly state: 'dead' };
  /** The server's time in seconds. */
  readonly at: string;
}

type LeaseRow = Omit<JobRow, 'key'> & { id: string; key: string | null; name: string; retry_count: number; at: string };

/** Gives up leases that ended, since their workers died. */
export class Reclaimer {
  readonly #connections: Connections;
  readonly #ends: JobEnds;
  readonly #names: Names;
  readonly #settings: InboxSettings;
  /** Of a transaction whose end is not known: its answer was lost. */
  #unanswered: Died[] = [];

  constructor(connections: Connections, ends: JobEnds, names: Names, settings: InboxSettings) {
    this.#connections = connections;
    this.#ends = ends;
    this.#names = names;
    this.#settings = settings;
  }

  /** Whether there may be more of them. */
  async reclaim(): Promise<boolean> {
    await this.#announceUnanswered();
    const died: Died[] = [];
    try {
      const found = await this.#connections.transaction((tx) => this.#reclaim(tx, died));
      for (const { taken, settlement } of died) this.#settings.dead(taken, settlement);
      return found === MAX_RECLAIMED;
    } catch (error) {
      this.#unanswered = died;
      throw error;
    }
  }

  async #reclaim(tx: Executor, died: Died[]): Promise<number> {
    const { jobs, deliveries } = this.#names;
    const { rows } = await tx.executeSql(
      `SELECT j.id, d.key, d.event, d.secret_index, d.carrier, d.attempts, ${msOf('accepted_at')}, j.name, j.retry_count,
         ${secondsOf('j.started_on')} AS leased_at, ${secondsOf('now()')} AS at
       FROM ${jobs} j LEFT JOIN ${deliveries} d ON d.job = j.id AND d.state = ${OPEN}
       WHERE j.name = ANY($1::text[]) AND j.state = 'active' AND j.started_on + j.expire_seconds * interval '1 second' < now()
       LIMIT ${MAX_RECLAIMED} FOR UPDATE OF j SKIP LOCKED`,
      [QUEUES],
    );
    for (const row of rows as LeaseRow[]) {
      const { id: job, key, name: queue, leased_at: leasedAt, at } = row;
      if (key === null) {
        await this.#ends.delete(tx, queue, [job]);
        continue;
      }
      const attempt = row.attempts + row.retry_count + 1;
      const settlement = settlementOf(PROCESS_DIED, attempt, this.#settings);
      if (settlement.state === 'handled') continue;
      const taken = { ...takenFrom({ ...row, key, body: NO_BYTES }, attempt), job, queue, leasedAt };
      const body = await this.#ends.fail(tx, taken, settlement, 1);
      if (settlement.state === 'dead' && typeof body !== 'boolean')
        died.push({ taken: { ...taken, body }, settlement, at });
    }
    return rows.length;
  }

  /** Announces those that the lost transaction has made dead; no later round would find them. */
  async #announceUnanswered(): Promise<void> {
    if (this.#unanswered.length === 0) return;
    const { rows } = await this.#connections.executeSql(
      `SELECT d.key FROM ${this.#names.deliveries} d JOIN unnest($1::text[], $2::text[]) AS died (key, at) ON d.key = died.key
       WHERE d.state = ${DEAD} AND ${secondsOf('d.settled_at')} = died.at`,
      [this.#unanswered.map(({ taken }) => taken.key), this.#unanswered.map(({ at }) => at)],
    );
    const dead = new Set((rows as { key: string }[]).map(({ key }) => key));
    const announced = this.#unanswered.filter(({ taken }) => dead.has(taken.key));
    this.#unanswered = [];
    for (const { taken, settlement } of announced) this.#settings.dead(taken, settlement);
  }
}
