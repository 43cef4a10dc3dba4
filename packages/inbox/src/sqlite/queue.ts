import { randomUUID } from 'node:crypto';
import type { Database, Statement } from 'libsql';
import type { Ending, Taken } from '../engine.js';
import { type InboxSettings, retryDelayAfter } from '../options.js';
import type { LeaseQueue } from '../pump.js';
import { DEAD, HANDLED, RUNNING, WAITING } from './schema.js';
import type { Writer } from './writer.js';

/** A delivery leased from the file. */
export interface LeasedRow extends Taken {
  readonly rowId: number;
  readonly lease: string;
}

/** Leases: a running row becomes due again when its lease ends, and only the holder of the lease can settle it. */
export class SqliteQueue implements LeaseQueue<LeasedRow> {
  readonly maxAttempts: number;
  readonly #writer: Writer;
  readonly #settings: InboxSettings;
  readonly #anyDue: Statement<unknown[]>;
  readonly #take: Statement<unknown[]>;
  readonly #settle: Statement<unknown[]>;

  constructor(db: Database, writer: Writer, settings: InboxSettings) {
    this.maxAttempts = settings.maxAttempts;
    this.#writer = writer;
    this.#settings = settings;
    this.#anyDue = db.prepare(`SELECT 1 FROM deliveries WHERE state < ${HANDLED} AND due_at <= ? LIMIT 1`);
    this.#take = db.prepare(
      `UPDATE deliveries SET state = ${RUNNING}, attempts = attempts + 1, due_at = ?, lease = ?
       WHERE id IN (SELECT id FROM deliveries WHERE state < ${HANDLED} AND due_at <= ? ORDER BY due_at LIMIT ?)
       RETURNING id, key, body, secret_index, attempts`,
    );
    this.#settle = db.prepare(
      `UPDATE deliveries SET state = ?, due_at = ?, settled_at = ?, error = ?, lease = NULL
       WHERE id = ? AND state = ${RUNNING} AND lease = ?`,
    );
  }

  async take(limit: number): Promise<LeasedRow[]> {
    // Reading takes no lock: an idle worker does not disturb the receiver.
    if (this.#anyDue.get([this.#settings.now()]) === undefined) return [];
    return this.#writer.run(() => {
      const now = this.#settings.now();
      const lease = randomUUID();
      const rows = this.#take.all([now + this.#settings.lease, lease, now, limit]) as Row[];
      return rows.map((row) => ({
        rowId: row.id,
        lease,
        key: row.key,
        body: row.body,
        secretIndex: row.secret_index,
        attempt: row.attempts,
      }));
    });
  }

  async settle({ rowId, lease, attempt }: LeasedRow, ending: Ending): Promise<void> {
    await this.#writer.run(() => {
      const now = this.#settings.now();
      this.#settle.run([...this.#next(ending, attempt, now), rowId, lease]);
    });
  }

  #next(ending: Ending, attempt: number, now: number): [number, number, number | null, string | null] {
    const { ttl, deadLetterTtl, retryDelay, maxAttempts } = this.#settings;
    if (ending.state === 'handled') return [HANDLED, now + ttl, now, null];
    if (ending.final || attempt >= maxAttempts) return [DEAD, now + deadLetterTtl, now, ending.error];
    return [WAITING, now + retryDelayAfter(attempt, retryDelay), null, ending.error];
  }
}

interface Row {
  id: number;
  key: string;
  body: Buffer;
  secret_index: number;
  attempts: number;
}
