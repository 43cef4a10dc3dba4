import type { InboxSettings } from '../options.js';
import type { Connections } from './connections.js';
import { asBossDb } from './queue.js';
import { type Boss, DEAD, DEAD_QUEUE, HANDLED, type JobData, OPEN, tableOf } from './tables.js';

const ARCHIVE_EVERY_MS = 60_000;
const SWEEP = 1_000;

/** What workers do between deliveries: give up leases that ended, keep dead letters, delete what is past its time. */
export class Maintenance {
  readonly #connections: Connections;
  readonly #boss: Boss;
  readonly #settings: InboxSettings;
  readonly #table: string;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #round: Promise<void> = Promise.resolve();
  #running = false;
  #archiveAt = 0;

  constructor(connections: Connections, boss: Boss, settings: InboxSettings) {
    this.#connections = connections;
    this.#boss = boss;
    this.#settings = settings;
    this.#table = tableOf(settings);
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#schedule();
  }

  async stop(): Promise<void> {
    this.#running = false;
    clearTimeout(this.#timer);
    await this.#round;
  }

  #schedule(): void {
    const wait = Math.min(10_000, Math.max(500, this.#settings.lease / 4));
    this.#timer = setTimeout(() => {
      this.#round = this.#maintain()
        .catch((error: unknown) => this.#settings.report(error, 'maintenance'))
        .then(() => {
          if (this.#running) this.#schedule();
        });
    }, wait);
  }

  async #maintain(): Promise<void> {
    await this.#boss.expire();
    await this.#keepDead();
    await this.#sweep();
    if (performance.now() < this.#archiveAt) return;
    this.#archiveAt = performance.now() + ARCHIVE_EVERY_MS;
    await this.#boss.maintain();
  }

  /** Jobs whose last attempt died with its process: pg-boss moved them to its dead-letter queue, we keep the delivery. */
  async #keepDead(): Promise<void> {
    await this.#connections.transaction(async (tx) => {
      const db = asBossDb(tx);
      const jobs = await this.#boss.fetch<JobData>(DEAD_QUEUE, { batchSize: 100, db });
      const error = 'The process ended during the last attempt';
      for (const { id, data } of jobs) {
        await tx.executeSql(
          `UPDATE ${this.#table} SET state = ${DEAD}, attempts = $3, error = $4, settled_at = now()
           WHERE key = $1 AND job = $2 AND state = ${OPEN}`,
          [data.key, data.job, this.#settings.maxAttempts, error],
        );
        await this.#boss.complete(DEAD_QUEUE, id, {}, { db });
      }
    });
  }

  async #sweep(): Promise<void> {
    for (const [state, ttl] of [
      [HANDLED, this.#settings.ttl],
      [DEAD, this.#settings.deadLetterTtl],
    ]) {
      await this.#connections.executeSql(
        `DELETE FROM ${this.#table} WHERE key IN (SELECT key FROM ${this.#table}
           WHERE state = $1 AND settled_at < now() - $2 * interval '1 millisecond' LIMIT ${SWEEP} FOR UPDATE SKIP LOCKED)`,
        [state, ttl],
      );
    }
  }
}
