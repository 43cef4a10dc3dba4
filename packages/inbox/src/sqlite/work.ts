import { randomUUID } from 'node:crypto';
import type { Database, Statement } from 'libsql';
import type { Taken } from '../engine.js';
import type { InboxSettings } from '../options.js';
import { PROCESS_DIED, type Settlement, SUSPECT_AFTER, settlementOf } from '../policy.js';
import type { LeaseQueue } from '../worker-loop.js';
import type { FileClock } from './clock.js';
import type { InboxFile } from './file.js';
import { DEAD, HANDLED, RUNNING, WAITING } from './schema.js';
import type { Writer } from './writer.js';

/** A delivery leased from the file. */
export interface LeasedRow extends Taken {
  readonly rowId: number;
  readonly lease: string;
}

const COLUMNS = 'id, key, event, body, secret_index, carrier, attempts, accepted_at';
const MAX_RECLAIMED = 100;

/** Leases: a running row is taken from its worker when its lease ends, and only the holder of the lease fails it. */
export class SqliteQueue implements LeaseQueue<LeasedRow> {
  closed = false;
  readonly #writer: Writer;
  readonly #clock: FileClock;
  readonly #settings: InboxSettings;
  readonly #onIdle: (() => void) | undefined;
  readonly #anyDue: Statement<unknown[]>;
  readonly #overdue: Statement<unknown[]>;
  readonly #take: Statement<unknown[]>;
  readonly #takeSuspect: Statement<unknown[]>;
  readonly #giveBack: Statement<unknown[]>;
  readonly #settle: Statement<unknown[]>;
  readonly #handled: Statement<unknown[]>;
  readonly #died: Statement<unknown[]>;
  /** The one suspect that may run here, and until when it may still be running. */
  #suspect: { readonly lease: string; readonly until: number } | undefined;

  /** @param onIdle is called by each take that finds nothing due */
  constructor({ db, clock }: InboxFile, writer: Writer, settings: InboxSettings, onIdle?: () => void) {
    this.#writer = writer;
    this.#clock = clock;
    this.#settings = settings;
    this.#onIdle = onIdle;
    this.#anyDue = db.prepare(
      `SELECT NOT EXISTS (SELECT 1 FROM pause) AND (
              EXISTS (SELECT 1 FROM deliveries WHERE state = ${WAITING} AND due_at <= ?1)
           OR EXISTS (SELECT 1 FROM deliveries WHERE state = ${RUNNING} AND due_at <= ?1)) AS due`,
    );
    this.#overdue = db.prepare(
      `SELECT ${COLUMNS}, stored_at, deaths FROM deliveries WHERE state = ${RUNNING} AND due_at <= ? ORDER BY due_at LIMIT ${MAX_RECLAIMED}`,
    );
    this.#take = takeStatement(db, `deaths < ${SUSPECT_AFTER}`);
    this.#takeSuspect = takeStatement(db, `deaths >= ${SUSPECT_AFTER}`);
    this.#giveBack = db.prepare(
      `UPDATE deliveries SET state = ${WAITING}, attempts = attempts - 1, due_at = stored_at, lease = NULL
       WHERE id = ? AND state = ${RUNNING} AND lease = ?`,
    );
    this.#settle = db.prepare(
      `UPDATE deliveries SET state = ?, due_at = ?, settled_at = ?, reason = ?, error = ?, lease = NULL
       WHERE id = ? AND state = ${RUNNING} AND lease = ?`,
    );
    // Whoever holds it by now: what a worker that only seemed dead has handled is handled. By its key, since SQLite gives the
    // number of a deleted row to another.
    this.#handled = db.prepare(
      `UPDATE deliveries SET state = ?, due_at = ?, settled_at = ?, reason = ?, error = ?, lease = NULL WHERE key = ? AND state <> ${HANDLED}`,
    );
    this.#died = db.prepare(
      `UPDATE deliveries SET state = ?, due_at = ?, settled_at = ?, reason = ?, error = ?, lease = NULL, deaths = deaths + 1 WHERE id = ?`,
    );
  }

  async take(limit: number, maxBytes: number): Promise<LeasedRow[]> {
    // Reading takes no lock: an idle worker does not disturb the receiver.
    if (!this.#isAnyDue(this.#clock.now())) {
      this.#onIdle?.();
      return [];
    }
    const dead: (() => void)[] = [];
    const taken = await this.#writer.run(() => {
      dead.length = 0;
      const now = this.#clock.now();
      // Paused or taken by another process since the look.
      if (!this.#isAnyDue(now)) return [];
      this.#reclaim(now, dead);
      const suspects = this.#mayRunSuspect() ? this.#lease(this.#takeSuspect, now, 1, maxBytes) : [];
      const [suspect] = suspects;
      if (suspect !== undefined) {
        this.#suspect = { lease: suspect.lease, until: performance.now() + this.#settings.lease };
      }
      const left = limit - suspects.length;
      return [...suspects, ...(left > 0 ? this.#lease(this.#take, now, left, maxBytes) : [])];
    });
    // Stored by now: a transaction that failed announces nothing.
    for (const announce of dead) announce();
    return taken;
  }

  #isAnyDue(now: number): boolean {
    return (this.#anyDue.get([now]) as { due: number }).due === 1;
  }

  #lease(statement: Statement<unknown[]>, now: number, limit: number, maxBytes: number): LeasedRow[] {
    const lease = randomUUID();
    const rows = statement.all([now + this.#settings.lease, lease, now, limit, maxBytes]) as Row[];
    return rows.map((row) => ({ ...takenFrom(row), rowId: row.id, lease }));
  }

  /** What a worker that died has left is due at once, before what has waited less; after its last attempt it is dead. */
  #reclaim(now: number, dead: (() => void)[]): void {
    for (const row of this.#overdue.all([now]) as (Row & { stored_at: number })[]) {
      const settlement = settlementOf(PROCESS_DIED, row.attempts, this.#settings);
      const state = this.#stateAfter(settlement, now);
      if (settlement.state === 'retry') state[1] = row.stored_at;
      this.#died.run([...state, row.id]);
      if (settlement.state === 'dead') dead.push(() => this.#settings.dead(takenFrom(row), settlement));
    }
  }

  #mayRunSuspect(): boolean {
    return this.#suspect === undefined || performance.now() >= this.#suspect.until;
  }

  async giveBack(taken: readonly LeasedRow[]): Promise<void> {
    await this.#writer.run(() => {
      for (const { rowId, lease } of taken) this.#giveBack.run([rowId, lease]);
    });
    if (taken.some(({ lease }) => lease === this.#suspect?.lease)) this.#suspect = undefined;
  }

  async settle({ rowId, key, lease }: LeasedRow, settlement: Settlement): Promise<boolean> {
    const held = await this.#writer.run(() => {
      const columns = this.#stateAfter(settlement, this.#clock.now());
      if (this.#settle.run([...columns, rowId, lease]).changes > 0) return true;
      return settlement.state === 'handled' && this.#handled.run([...columns, key]).changes > 0;
    });
    if (this.#suspect?.lease === lease) this.#suspect = undefined;
    return held;
  }

  /** The columns state, due_at, settled_at, reason and error. */
  #stateAfter(settlement: Settlement, now: number): [number, number, number | null, string | null, string | null] {
    const { ttl, deadLetterTtl, now: wall } = this.#settings;
    switch (settlement.state) {
      case 'handled':
        return [HANDLED, now + ttl, wall(), null, null];
      case 'retry':
        return [WAITING, now + settlement.delayMs, null, null, settlement.error];
      case 'dead':
        return [DEAD, now + deadLetterTtl, wall(), settlement.reason, settlement.error];
    }
  }
}

/** Takes what is due, the longest due first, as many rows and bytes as asked for, but one row at least. */
function takeStatement(db: Database, which: string): Statement<unknown[]> {
  return db.prepare(
    `UPDATE deliveries SET state = ${RUNNING}, attempts = attempts + 1, due_at = ?1, lease = ?2 WHERE id IN (
       SELECT id FROM (
         SELECT id, size, sum(size) OVER (ORDER BY due_at, id ROWS UNBOUNDED PRECEDING) AS total, row_number() OVER (ORDER BY due_at, id) AS place
         FROM (SELECT id, size, due_at FROM deliveries WHERE state = ${WAITING} AND due_at <= ?3 AND ${which} ORDER BY due_at LIMIT ?4)
       ) WHERE total <= ?5 OR place = 1)
     RETURNING ${COLUMNS}`,
  );
}

function takenFrom(row: Row): Taken {
  const { key, event, body, secret_index: secretIndex, carrier, attempts: attempt, accepted_at: acceptedAt } = row;
  return { key, event, body: bytesOf(body), secretIndex, carrier, attempt, acceptedAt };
}

/** libsql gives blobs of `RETURNING` and of `SELECT` as a Buffer or as an ArrayBuffer. */
export function bytesOf(blob: Buffer | ArrayBuffer): Buffer {
  return Buffer.isBuffer(blob) ? blob : Buffer.from(blob);
}

interface Row {
  id: number;
  key: string;
  event: string | null;
  body: Buffer | ArrayBuffer;
  secret_index: number;
  carrier: string | null;
  attempts: number;
  accepted_at: number;
}
