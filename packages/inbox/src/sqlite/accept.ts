import type { Database, Statement } from 'libsql';
import type { NewRecord } from '../engine.js';
import { WAITING } from './schema.js';

/** Rows per statement: one call for many rows costs a quarter of a call for each. */
const WIDTHS = [64, 16, 4, 1] as const;
const COLUMNS =
  'key, event, body, size, secret_index, carrier, state, attempts, deaths, due_at, stored_at, accepted_at';

/** Inserts deliveries many at a time. */
export class Inserter {
  readonly #db: Database;
  readonly #prepared = new Map<number, Statement<unknown[]>>();

  constructor(db: Database) {
    this.#db = db;
  }

  /** True for each record that was new; of two copies in one call the first is. To be called inside a transaction. */
  insert(records: readonly NewRecord[], now: number, wall: number): boolean[] {
    const added = new Set<string>();
    for (let from = 0; from < records.length; ) {
      const left = records.length - from;
      const width = WIDTHS.find((candidate) => candidate <= left) ?? 1;
      const values: unknown[] = [];
      for (const { key, event, body, secretIndex, carrier } of records.slice(from, from + width)) {
        values.push(key, event, body, body.byteLength, secretIndex, carrier, now, now, wall);
      }
      for (const row of this.#statement(width).all(values) as { key: string }[]) added.add(row.key);
      from += width;
    }
    return records.map(({ key }) => added.delete(key));
  }

  #statement(width: number): Statement<unknown[]> {
    let statement = this.#prepared.get(width);
    if (statement === undefined) {
      const rows = Array.from({ length: width }, () => `(?, ?, ?, ?, ?, ?, ${WAITING}, 0, 0, ?, ?, ?)`).join(', ');
      statement = this.#db.prepare(
        `INSERT INTO deliveries (${COLUMNS}) VALUES ${rows} ON CONFLICT (key) DO NOTHING RETURNING key`,
      );
      this.#prepared.set(width, statement);
    }
    return statement;
  }
}
