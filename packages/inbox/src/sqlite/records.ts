import type { Statement } from 'libsql';
import type { DeadRecord } from '../engine.js';
import type { InboxSettings } from '../options.js';
import { type InboxDeadReason, RATE_WINDOW_MS } from '../policy.js';
import type { InboxStats } from '../types.js';
import type { FileClock } from './clock.js';
import type { InboxFile } from './file.js';
import { DEAD, HANDLED, RUNNING, WAITING } from './schema.js';
import { bytesOf } from './work.js';

/** In the counts beside the states: what waits after a failed attempt. */
const RETRYING = -1;
/** Rows deleted in one go. */
const SWEEP = 200;
/** The condition of a settled row whose time, given as the only parameter, is over; in the words of its index. */
const PAST_ITS_TIME = `state >= ${HANDLED} AND state IN (${HANDLED}, ${DEAD}) AND due_at <= ?`;

/** Figures, dead letters, what an operator changes, and retention. */
export class Records {
  readonly #clock: FileClock;
  readonly #settings: InboxSettings;
  readonly #counts: Statement<unknown[]>;
  readonly #paused: Statement<unknown[]>;
  readonly #dead: Statement<unknown[]>;
  readonly #retryDead: Statement<unknown[]>;
  readonly #retryNow: Statement<unknown[]>;
  readonly #discard: Statement<unknown[]>;
  readonly #pause: Statement<unknown[]>;
  readonly #resume: Statement<unknown[]>;
  readonly #anyPastItsTime: Statement<unknown[]>;
  readonly #sweep: Statement<unknown[]>;

  constructor({ db, clock }: InboxFile, settings: InboxSettings) {
    this.#clock = clock;
    this.#settings = settings;
    // ?1 and ?2: a minute ago by the file's clock and by the wall clock; ?3: when what was handled then is deleted.
    this.#counts = db.prepare(
      // The first two from their indexes alone: a large backlog is counted while the event loop waits.
      `SELECT ${WAITING} AS state, count(*) AS number, min(stored_at) AS oldest, sum(stored_at > ?1) AS fresh, 0 AS settled
         FROM deliveries WHERE state = ${WAITING}
       UNION ALL
       SELECT ${RETRYING}, count(*), 0, 0, 0 FROM deliveries WHERE state = ${WAITING} AND attempts > 0
       UNION ALL
       SELECT ${RUNNING}, count(*), 0, sum(stored_at > ?1), 0 FROM deliveries WHERE state = ${RUNNING}
       UNION ALL
       SELECT state, count(*), 0, 0, 0 FROM deliveries WHERE state >= ${HANDLED} GROUP BY state
       UNION ALL
       SELECT ${HANDLED}, 0, 0, sum(stored_at > ?1), count(*) FROM deliveries
         WHERE state >= ${HANDLED} AND state = ${HANDLED} AND due_at > ?3 AND settled_at > ?2
       UNION ALL
       SELECT ${DEAD}, 0, 0, sum(stored_at > ?1), count(*) FROM deliveries WHERE state = ${DEAD} AND settled_at > ?2`,
    );
    this.#paused = db.prepare('SELECT EXISTS (SELECT 1 FROM pause) AS paused');
    this.#dead = db.prepare(
      `SELECT key, body, secret_index, attempts, reason, error, accepted_at, settled_at
         FROM deliveries WHERE state = ${DEAD} ORDER BY settled_at DESC, id DESC LIMIT ?`,
    );
    this.#retryDead = db.prepare(
      `UPDATE deliveries SET state = ${WAITING}, attempts = 0, deaths = 0, due_at = ?, settled_at = NULL, reason = NULL, error = NULL
       WHERE key = ? AND state = ${DEAD}`,
    );
    // What is due already keeps its place before what has waited less.
    this.#retryNow = db.prepare(
      `UPDATE deliveries SET due_at = min(due_at, ?) WHERE key = ? AND state = ${WAITING} AND attempts > 0`,
    );
    this.#discard = db.prepare(`DELETE FROM deliveries WHERE key = ? AND state IN (${WAITING}, ${DEAD})`);
    this.#pause = db.prepare('INSERT OR IGNORE INTO pause (one) VALUES (1)');
    this.#resume = db.prepare('DELETE FROM pause');
    this.#anyPastItsTime = db.prepare(`SELECT EXISTS (SELECT 1 FROM deliveries WHERE ${PAST_ITS_TIME}) AS found`);
    this.#sweep = db.prepare(
      `DELETE FROM deliveries WHERE id IN (SELECT id FROM deliveries WHERE ${PAST_ITS_TIME} LIMIT ${SWEEP})`,
    );
  }

  stats(): InboxStats {
    const lastMinute = { accepted: 0, handled: 0, dead: 0 };
    const stats = { waiting: 0, retrying: 0, running: 0, handled: 0, dead: 0, oldestWaitingMs: 0 };
    const now = this.#clock.now();
    const { ttl, now: wall } = this.#settings;
    const since = [now - RATE_WINDOW_MS, wall() - RATE_WINDOW_MS, now + ttl - RATE_WINDOW_MS];
    for (const row of this.#counts.all(since) as Count[]) {
      const { state, number, settled } = row;
      lastMinute.accepted += row.fresh ?? 0;
      if (state === WAITING) {
        stats.waiting = number;
        if (row.oldest !== null) stats.oldestWaitingMs = Math.max(0, now - row.oldest);
      } else if (state === RETRYING) stats.retrying = number;
      else if (state === RUNNING) stats.running = number;
      else {
        const name = state === HANDLED ? 'handled' : 'dead';
        stats[name] += number;
        lastMinute[name] += settled;
      }
    }
    return { ...stats, paused: this.isPaused(), lastMinute };
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

  isPaused(): boolean {
    return (this.#paused.get([]) as { paused: number }).paused === 1;
  }

  // To be run inside a transaction, each of them:

  retry(keys: readonly string[]): number {
    const now = this.#clock.now();
    const changed = (key: string) =>
      this.#retryDead.run([now, key]).changes > 0 || this.#retryNow.run([now, key]).changes > 0;
    return keys.filter(changed).length;
  }

  discard(keys: readonly string[]): number {
    return keys.filter((key) => this.#discard.run([key]).changes > 0).length;
  }

  setPaused(paused: boolean): void {
    (paused ? this.#pause : this.#resume).run([]);
  }

  /** Whether there is a settled row past its time. */
  isAnyPastItsTime(): boolean {
    return (this.#anyPastItsTime.get([this.#clock.now()]) as { found: number }).found === 1;
  }

  /** True when there may be more to delete. */
  sweep(): boolean {
    return this.#sweep.run([this.#clock.now()]).changes >= SWEEP;
  }
}

interface Count {
  state: number;
  number: number;
  oldest: number | null;
  fresh: number | null;
  settled: number;
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
