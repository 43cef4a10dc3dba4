import { randomUUID } from 'node:crypto';
import type { DeadRecord } from '../engine.js';
import type { InboxSettings } from '../options.js';
import type { InboxStats } from '../types.js';
import type { Connections } from './connections.js';
import { asBossDb } from './queue.js';
import { type Boss, DEAD, HANDLED, jobOf, OPEN, QUEUE, tableOf } from './tables.js';

/** Figures and dead letters. */
export class PostgresRecords {
  readonly #connections: Connections;
  readonly #boss: Boss;
  readonly #settings: InboxSettings;
  readonly #table: string;

  constructor(connections: Connections, boss: Boss, settings: InboxSettings) {
    this.#connections = connections;
    this.#boss = boss;
    this.#settings = settings;
    this.#table = tableOf(settings);
  }

  async stats(): Promise<InboxStats> {
    const jobs = this.#table.replace(/delivery$/, 'job');
    // One statement, one snapshot: a delivery is never counted in two states.
    const { rows } = await this.#connections.executeSql(
      `SELECT
        (SELECT count(*) FROM ${this.#table} WHERE state = ${OPEN}) AS open,
        (SELECT count(*) FROM ${jobs} WHERE name = $1 AND state = 'active') AS running,
        (SELECT count(*) FROM ${jobs} WHERE name = $1 AND state = 'retry') AS retrying,
        (SELECT count(*) FROM ${this.#table} WHERE state = ${HANDLED}) AS handled,
        (SELECT count(*) FROM ${this.#table} WHERE state = ${DEAD}) AS dead,
        (SELECT extract(epoch FROM now() - min(created_on)) * 1000 FROM ${jobs}
          WHERE name = $1 AND state IN ('created', 'retry')) AS oldest`,
      [QUEUE],
    );
    const [row] = rows as Record<string, string | null>[];
    const figure = (name: string) => Math.max(0, Math.round(Number(row?.[name] ?? 0)));
    const running = figure('running');
    return {
      waiting: Math.max(0, figure('open') - running),
      retrying: figure('retrying'),
      running,
      handled: figure('handled'),
      dead: figure('dead'),
      oldestWaitingMs: figure('oldest'),
    };
  }

  async deadLetters(limit: number): Promise<DeadRecord[]> {
    const { rows } = await this.#connections.executeSql(
      `SELECT key, body, secret_index, attempts, error, accepted_at, settled_at FROM ${this.#table}
       WHERE state = ${DEAD} ORDER BY settled_at DESC, key LIMIT $1`,
      [limit],
    );
    return (rows as DeadRow[]).map((row) => ({
      id: row.key,
      rawBody: row.body,
      secretIndex: row.secret_index,
      attempts: row.attempts,
      error: row.error ?? '',
      acceptedAt: row.accepted_at.getTime(),
      deadAt: row.settled_at.getTime(),
    }));
  }

  retry(key: string): Promise<boolean> {
    if (key.includes('\0')) return Promise.resolve(false);
    return this.#connections.transaction(async (tx) => {
      const job = randomUUID();
      const { rows } = await tx.executeSql(
        `UPDATE ${this.#table} SET state = ${OPEN}, job = $2, attempts = 0, error = NULL, settled_at = NULL
         WHERE key = $1 AND state = ${DEAD} RETURNING key`,
        [key, job],
      );
      if (rows.length === 0) return false;
      await this.#boss.insert([jobOf(key, job, this.#settings)], { db: asBossDb(tx) });
      return true;
    });
  }
}

interface DeadRow {
  key: string;
  body: Buffer;
  secret_index: number;
  attempts: number;
  error: string | null;
  accepted_at: Date;
  settled_at: Date;
}
