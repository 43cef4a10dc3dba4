import { randomUUID } from 'node:crypto';
import type { DeadRecord } from '../engine.js';
import type { InboxSettings } from '../options.js';
import type { InboxDeadReason } from '../policy.js';
import type { InboxStats } from '../types.js';
import type { Connections } from './connections.js';
import { asBossDb, type Boss, DEAD, HANDLED, jobOf, type Names, OPEN, QUEUE, QUEUES } from './tables.js';

/** Figures and dead letters. */
export class PostgresRecords {
  readonly #connections: Connections;
  readonly #boss: Boss;
  readonly #names: Names;
  readonly #settings: InboxSettings;

  constructor(connections: Connections, boss: Boss, names: Names, settings: InboxSettings) {
    this.#connections = connections;
    this.#boss = boss;
    this.#names = names;
    this.#settings = settings;
  }

  async stats(): Promise<InboxStats> {
    const { deliveries, jobs } = this.#names;
    // One statement, one snapshot: a delivery is never counted in two states.
    const { rows } = await this.#connections.executeSql(
      `SELECT
        (SELECT count(*) FROM ${deliveries} WHERE state = ${OPEN}) AS open,
        (SELECT count(*) FROM ${jobs} WHERE name = ANY($1) AND state = 'active') AS running,
        (SELECT count(*) FROM ${deliveries} d JOIN ${jobs} j ON j.id = d.job AND j.name = ANY($1)
          WHERE d.state = ${OPEN} AND d.attempts > 0 AND j.state < 'active') AS retrying,
        (SELECT count(*) FROM ${deliveries} WHERE state = ${HANDLED}) AS handled,
        (SELECT count(*) FROM ${deliveries} WHERE state = ${DEAD}) AS dead,
        (SELECT extract(epoch FROM now() - d.accepted_at) * 1000 FROM ${deliveries} d
          WHERE d.state = ${OPEN} AND NOT EXISTS (
            SELECT 1 FROM ${jobs} j WHERE j.id = d.job AND j.name = ANY($1) AND j.state = 'active')
          ORDER BY d.accepted_at LIMIT 1) AS oldest`,
      [QUEUES],
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
      `SELECT key, body, secret_index, attempts, reason, error, accepted_at, settled_at FROM ${this.#names.deliveries}
       WHERE state = ${DEAD} ORDER BY settled_at DESC, key LIMIT $1`,
      [limit],
    );
    return (rows as DeadRow[]).map((row) => ({
      id: row.key,
      rawBody: row.body,
      secretIndex: row.secret_index,
      attempts: row.attempts,
      reason: row.reason,
      error: row.error ?? '',
      acceptedAt: row.accepted_at.getTime(),
      deadAt: row.settled_at.getTime(),
    }));
  }

  retry(key: string): Promise<boolean> {
    return this.#connections.transaction(async (tx) => {
      const job = randomUUID();
      const { rows } = await tx.executeSql(
        `UPDATE ${this.#names.deliveries}
         SET state = ${OPEN}, job = $2, attempts = 0, deaths = 0, reason = NULL, error = NULL, settled_at = NULL
         WHERE key = $1 AND state = ${DEAD} RETURNING size`,
        [key, job],
      );
      const [row] = rows as { size: number }[];
      if (row === undefined) return false;
      await this.#boss.insert(QUEUE, [jobOf({ key, job, size: row.size }, this.#settings)], { db: asBossDb(tx) });
      return true;
    });
  }
}

interface DeadRow {
  key: string;
  body: Buffer;
  secret_index: number;
  attempts: number;
  reason: InboxDeadReason;
  error: string | null;
  accepted_at: Date;
  settled_at: Date;
}
