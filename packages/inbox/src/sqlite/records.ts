import type { Statement } from 'libsql';
import type { DeadRecord } from '../engine.js';
import type { InboxDeadReason } from '../policy.js';
import type { InboxStats } from '../types.js';
import type { FileClock } from './clock.js';
import type { InboxFile } from './file.js';
import { DEAD, HANDLED, RUNNING, WAITING } from './schema.js';
import { bytesOf } from './work.js';

/** Rows deleted in one go. */
const SWEEP = 200;

/** Figures, dead letters and retention. */
export class Records {
  readonly #clock: FileClock;
  readonly #counts: Statement<unknown[]>;
  readonly #dead: Statement<unknown[]>;
  readonly #retry: Statement<unknown[]>;
  readonly #sweep: Statement<unknown[]>;

  constructor({ db, clock }: InboxFile) {
    this.#clock = clock;
    this.#counts = db.prepare(
      `SELECT state, attempts > 0 AS tried, count(*) AS number, min(stored_at) AS oldest
         FROM deliveries WHERE state < ${HANDLED} GROUP BY state, attempts > 0
       UNION ALL
       SELECT state, 0, count(*), 0 FROM deliveries WHERE state >= ${HANDLED} GROUP BY state`,
    );
    this.#dead = db.prepare(
      `SELECT key, body, secret_index, attempts, reason, error, accepted_at, settled_at
         FROM deliveries WHERE state = ${DEAD} ORDER BY settled_at DESC, id DESC LIMIT ?`,
    );
    this.#retry = db.prepare(
      `UPDATE deliveries SET state = ${WAITING}, attempts = 0, deaths = 0, due_at = ?, settled_at = NULL, reason = NULL, error = NULL
       WHERE key = ? AND state = ${DEAD}`,
    );
    this.#sweep = db.prepare(
      `DELETE FROM deliveries WHERE id IN
         (SELECT id FROM deliveries WHERE state >= ${HANDLED} AND due_at <= ? ORDER BY due_at LIMIT ${SWEEP})`,
    );
  }

  stats(): InboxStats {
    const stats = { waiting: 0, retrying: 0, running: 0, handled: 0, dead: 0, oldestWaitingMs: 0 };
    let oldest = Number.POSITIVE_INFINITY;
    for (const { state, tried, number, oldest: accepted } of this.#counts.all([]) as Count[]) {
      if (state === WAITING) {
        stats.waiting += number;
        if (tried) stats.retrying += number;
        oldest = Math.min(oldest, accepted);
      } else if (state === RUNNING) stats.running += number;
      else if (state === HANDLED) stats.handled = number;
      else stats.dead = number;
    }
    if (stats.waiting > 0) stats.oldestWaitingMs = Math.max(0, this.#clock.now() - oldest);
    return stats;
  }

  deadLetters(limit: number): DeadRecord[] {
    return (this.#dead.all([limit]) as DeadRow[]).map((row) => ({
      id: row.key,
      rawBody: bytesOf(row.body),
      secretIndex: row.secret_index,
      attempts: row.attempts,
      reason: row.reason,
      error: row.error ?? '',
      acceptedAt: row.accepted_at,
      deadAt: row.settled_at,
    }));
  }

  /** To be run inside a transaction. */
  retry(key: string): boolean {
    return this.#retry.run([this.#clock.now(), key]).changes > 0;
  }

  /** To be run inside a transaction; true when there may be more to delete. */
  sweep(): boolean {
    return this.#sweep.run([this.#clock.now()]).changes >= SWEEP;
  }
}

interface Count {
  state: number;
  tried: number;
  number: number;
  oldest: number;
}

interface DeadRow {
  key: string;
  body: Buffer | ArrayBuffer;
  secret_index: number;
  attempts: number;
  reason: InboxDeadReason;
  error: string | null;
  accepted_at: number;
  settled_at: number;
}
