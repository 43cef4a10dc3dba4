import { randomUUID } from 'node:crypto';
import type { Database, Statement } from 'libsql';
import { type Ending, SUSPECT_AFTER, type Taken } from '../engine.js';
import { type InboxSettings, retryDelayAfter } from '../options.js';
import type { LeaseQueue } from '../pump.js';
import { DEAD, HANDLED, RUNNING, WAITING } from './schema.js';
import type { Writer } from './writer.js';

/** A delivery leased from the file. */
export interface LeasedRow extends Taken {
  readonly rowId: number;
  readonly lease: string;
}

const COLUMNS = 'id, key, body, secret_index, attempts';

/** Leases: a running row becomes due again when its lease ends, and only the holder of the lease can settle it. */
export class SqliteQueue implements LeaseQueue<LeasedRow> {
  readonly maxAttempts: number;
  readonly #writer: Writer;
  readonly #settings: InboxSettings;
  readonly #anyDue: Statement<unknown[]>;
  readonly #take: Statement<unknown[]>;
  readonly #takeSuspect: Statement<unknown[]>;
  readonly #settle: Statement<unknown[]>;
  /** The one suspect that may run here, and until when it may still be running. */
  #suspect: { readonly lease: string; readonly until: number } | undefined;

  constructor(db: Database, writer: Writer, settings: InboxSettings) {
    this.maxAttempts = settings.maxAttempts;
    this.#writer = writer;
    this.#settings = settings;
    this.#anyDue = db.prepare(
      `SELECT EXISTS (SELECT 1 FROM deliveries WHERE state = ${WAITING} AND due_at <= ?1)
           OR EXISTS (SELECT 1 FROM deliveries WHERE state = ${RUNNING} AND due_at <= ?1 AND (attempts < ${SUSPECT_AFTER} OR ?2)) AS due`,
    );
    // What a worker that died has left comes first: it has waited longest.
    this.#take = db.prepare(
      `UPDATE deliveries SET state = ${RUNNING}, attempts = attempts + 1, due_at = ?1, lease = ?2 WHERE id IN (
         SELECT id FROM (
           SELECT id FROM (SELECT id FROM deliveries WHERE state = ${RUNNING} AND due_at <= ?3 AND attempts < ${SUSPECT_AFTER}
                           ORDER BY due_at LIMIT ?4)
           UNION ALL
           SELECT id FROM (SELECT id FROM deliveries WHERE state = ${WAITING} AND due_at <= ?3 ORDER BY due_at LIMIT ?4)
         ) LIMIT ?4)
       RETURNING ${COLUMNS}`,
    );
    this.#takeSuspect = db.prepare(
      `UPDATE deliveries SET attempts = attempts + 1, due_at = ?1, lease = ?2 WHERE id IN (
         SELECT id FROM deliveries WHERE state = ${RUNNING} AND due_at <= ?3 AND attempts >= ${SUSPECT_AFTER} ORDER BY due_at LIMIT 1)
       RETURNING ${COLUMNS}`,
    );
    this.#settle = db.prepare(
      `UPDATE deliveries SET state = ?, due_at = ?, settled_at = ?, error = ?, attempts = ?, lease = NULL
       WHERE id = ? AND state = ${RUNNING} AND lease = ?`,
    );
  }

  async take(limit: number): Promise<LeasedRow[]> {
    // Reading takes no lock: an idle worker does not disturb the receiver.
    const { due } = this.#anyDue.get([this.#settings.now(), this.#mayRunSuspect() ? 1 : 0]) as { due: number };
    if (due === 0) return [];
    return this.#writer.run(() => {
      const now = this.#settings.now();
      const until = now + this.#settings.lease;
      const leased = (statement: Statement<unknown[]>, ...rest: unknown[]) => {
        const lease = randomUUID();
        const rows = statement.all([until, lease, now, ...rest]) as Row[];
        return rows.map((row) => leasedRow(row, lease));
      };
      const suspects = this.#mayRunSuspect() ? leased(this.#takeSuspect) : [];
      const [suspect] = suspects;
      if (suspect !== undefined)
        this.#suspect = { lease: suspect.lease, until: performance.now() + this.#settings.lease };
      const others = limit > suspects.length ? leased(this.#take, limit - suspects.length) : [];
      return [...suspects, ...others];
    });
  }

  #mayRunSuspect(): boolean {
    return this.#suspect === undefined || performance.now() >= this.#suspect.until;
  }

  async settle({ rowId, lease, attempt }: LeasedRow, ending: Ending): Promise<void> {
    await this.#writer.run(() => {
      const now = this.#settings.now();
      // An attempt beyond the last was not run, only found to have died.
      const attempts = Math.min(attempt, this.maxAttempts);
      this.#settle.run([...this.#next(ending, attempt, now), attempts, rowId, lease]);
    });
    if (this.#suspect?.lease === lease) this.#suspect = undefined;
  }

  #next(ending: Ending, attempt: number, now: number): [number, number, number | null, string | null] {
    const { ttl, deadLetterTtl, retryDelay, maxAttempts } = this.#settings;
    if (ending.state === 'handled') return [HANDLED, now + ttl, now, null];
    if (ending.final || attempt >= maxAttempts) return [DEAD, now + deadLetterTtl, now, ending.error];
    return [WAITING, now + retryDelayAfter(attempt, retryDelay), null, ending.error];
  }
}

function leasedRow(row: Row, lease: string): LeasedRow {
  const { id: rowId, key, body, secret_index: secretIndex, attempts: attempt } = row;
  return { rowId, lease, key, body, secretIndex, attempt };
}

interface Row {
  id: number;
  key: string;
  body: Buffer;
  secret_index: number;
  attempts: number;
}
