import { type Database, optionalNumber, readBytes, readNumber, readText, type Statement } from './database.js';
import type { Ids } from './ids.js';
import type { Meta } from './meta.js';

/** Bytes of a payload that can be searched, from its beginning: a large one would take a noticeable time to index. */
export const SEARCHABLE_BYTES = 4_096;

const INDEXED_TO = 'search_indexed_to';
const ROWS = 50;

/**
 * The trigram index over id, event name and payload of deliveries, which never change.
 *
 * Indexing costs about a sixth of a delivery, so it is done afterwards, and only for those who search.
 */
export class SearchIndex {
  readonly #database: Database;
  readonly #meta: Meta;
  readonly #ids: Ids;
  readonly #latest: Statement;
  readonly #next: Statement;
  readonly #insert: Statement;
  #indexedTo: number;

  constructor(database: Database, meta: Meta, ids: Ids) {
    this.#database = database;
    this.#meta = meta;
    this.#ids = ids;
    this.#latest = database.prepare('SELECT max(seq) AS seq FROM deliveries');
    this.#next = database.prepare(`SELECT d.seq, d.name, substr(e.body, 1, ${SEARCHABLE_BYTES}) AS body
      FROM deliveries d JOIN events e ON e.seq = d.event WHERE d.seq > ? ORDER BY d.seq LIMIT ${ROWS}`);
    this.#insert = database.prepare('INSERT INTO search (rowid, text) VALUES (?, ?)');
    this.#indexedTo = Number(meta.getOrPut(INDEXED_TO, () => '0'));
  }

  /** Indexes what is missing, for about `ms` milliseconds in one transaction; whether all is indexed. */
  fill(ms: number): boolean {
    if (this.#isComplete()) return true;
    const until = performance.now() + ms;
    let to = this.#indexedTo;
    this.#database.transaction(() => {
      for (;;) {
        const rows = this.#next.all(to);
        for (const row of rows) {
          to = readNumber(row, 'seq');
          const id = this.#ids.format('del', to);
          const payload = readBytes(row, 'body').toString('utf8').replaceAll('\0', ' ');
          this.#insert.run(to, `${id} ${readText(row, 'name')} ${payload}`);
        }
        if (rows.length < ROWS || performance.now() >= until) break;
      }
      this.#meta.put(INDEXED_TO, String(to));
    });
    this.#indexedTo = to;
    return this.#isComplete();
  }

  #isComplete(): boolean {
    return (optionalNumber(this.#latest.get() ?? {}, 'seq') ?? 0) <= this.#indexedTo;
  }
}
