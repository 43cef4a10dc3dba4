import type { DeadRecord } from '../engine.js';
import type { InboxSettings } from '../options.js';
import { type InboxDeadReason, RATE_WINDOW_MS } from '../policy.js';
import type { InboxStats } from '../types.js';
import type { Connections } from './connections.js';
import { asBossDb, type Boss, DEAD, HANDLED, jobOf, type Names, OPEN, QUEUE, QUEUES } from './tables.js';
import { msOf } from './taken.js';

/** Figures, dead letters, and what an operator changes. */
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
    const { deliveries, jobs, pause } = this.#names;
    const minuteAgo = `now() - interval '${RATE_WINDOW_MS} milliseconds'`;
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
          ORDER BY d.accepted_at LIMIT 1) AS oldest,
        (SELECT count(*) FROM ${deliveries} WHERE state = ${HANDLED} AND settled_at > ${minuteAgo}) AS just_handled,
        (SELECT count(*) FROM ${deliveries} WHERE state = ${DEAD} AND settled_at > ${minuteAgo}) AS just_dead,
        (SELECT count(*) FROM ${deliveries} WHERE state = ${OPEN} AND accepted_at > ${minuteAgo})
          + (SELECT count(*) FROM ${deliveries} WHERE state IN (${HANDLED}, ${DEAD})
              AND settled_at > ${minuteAgo} AND accepted_at > ${minuteAgo}) AS just_accepted,
        (SELECT count(*) FROM ${pause}) AS paused`,
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
      paused: figure('paused') > 0,
      lastMinute: {
        accepted: figure('just_accepted'),
        handled: figure('just_handled'),
        dead: figure('just_dead'),
      },
    };
  }

  async deadLetters(limit: number): Promise<DeadRecord[]> {
    const { rows } = await this.#connections.executeSql(
      `SELECT key, body, secret_index, attempts, reason, error, ${msOf('accepted_at')}, ${msOf('settled_at')} FROM ${this.#names.deliveries}
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
      acceptedAt: row.accepted_at,
      deadAt: row.settled_at,
    }));
  }

  retry(keys: readonly string[]): Promise<number> {
    const { deliveries, jobs } = this.#names;
    return this.#connections.transaction(async (tx) => {
      const { rows } = await tx.executeSql(
        // Locked in one order: two calls with the same keys must not wait for each other.
        `WITH dead AS (SELECT key FROM ${deliveries} WHERE key = ANY($1::text[]) AND state = ${DEAD} ORDER BY key FOR UPDATE)
         UPDATE ${deliveries} d
         SET state = ${OPEN}, job = gen_random_uuid(), attempts = 0, deaths = 0, reason = NULL, error = NULL, settled_at = NULL
         FROM dead WHERE d.key = dead.key RETURNING d.key, d.job, d.size`,
        [keys],
      );
      const retried = rows as { key: string; job: string; size: number }[];
      if (retried.length > 0) {
        await this.#boss.insert(
          QUEUE,
          retried.map((row) => jobOf(row, this.#settings)),
          { db: asBossDb(tx) },
        );
      }
      const { rows: due } = await tx.executeSql(
        `UPDATE ${jobs} SET start_after = now() WHERE name = ANY($2::text[]) AND state < 'active' AND id IN (
           SELECT job FROM ${deliveries} WHERE key = ANY($1::text[]) AND state = ${OPEN} AND attempts > 0)
         RETURNING id`,
        [keys, QUEUES],
      );
      return retried.length + due.length;
    });
  }

  discard(keys: readonly string[]): Promise<number> {
    const { deliveries, jobs } = this.#names;
    return this.#connections.transaction(async (tx) => {
      // A job that a worker holds, or takes at this moment, keeps its delivery.
      const { rows } = await tx.executeSql(
        `WITH found AS (SELECT key, job, state FROM ${deliveries} WHERE key = ANY($1::text[]) ORDER BY key FOR UPDATE),
           ended AS (DELETE FROM ${jobs} WHERE name = ANY($2::text[]) AND state < 'active' AND id IN (
             SELECT id FROM ${jobs} WHERE name = ANY($2::text[]) AND state < 'active'
               AND id IN (SELECT job FROM found WHERE state = ${OPEN}) FOR UPDATE SKIP LOCKED) RETURNING id)
         DELETE FROM ${deliveries} d USING found WHERE d.key = found.key
           AND (found.state = ${DEAD} OR (found.state = ${OPEN} AND found.job IN (SELECT id FROM ended)))
         RETURNING d.key`,
        [keys, QUEUES],
      );
      return rows.length;
    });
  }

  async setPaused(paused: boolean): Promise<void> {
    const { pause } = this.#names;
    // In a transaction, which is durable when it resolves.
    await this.#connections.transaction((tx) =>
      tx.executeSql(paused ? `INSERT INTO ${pause} VALUES (true) ON CONFLICT DO NOTHING` : `DELETE FROM ${pause}`),
    );
  }
}

interface DeadRow {
  key: string;
  body: Buffer;
  secret_index: number;
  attempts: number;
  reason: InboxDeadReason;
  error: string | null;
  accepted_at: number;
  settled_at: number;
}
