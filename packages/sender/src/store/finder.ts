import type { DeliveryRecord, DeliveryStatus } from '../types.js';
import { type Condition, holds, join, type SearchableWebhook, wordsOf } from './conditions.js';
import { type Database, readNumber, readText } from './database.js';
import type { History } from './history.js';
import type { Ids } from './ids.js';
import type { SearchIndex } from './search-index.js';

/** What to find, by row numbers. */
export interface Wanted {
  readonly webhook: number | undefined;
  readonly status: DeliveryStatus | undefined;
  readonly event: string | undefined;
  readonly search: string;
  readonly offset: number;
  readonly limit: number;
  /** Row numbers whose places in what is found are wanted. */
  readonly places: readonly number[];
}

/** A part of what was found, the latest first, and how much there is. */
export interface Found {
  readonly items: DeliveryRecord[];
  /** Deliveries that match. */
  readonly total: number;
  /** Deliveries that there are. */
  readonly all: number;
  readonly places: { readonly newer: number; readonly matches: boolean }[];
}

/** Finds deliveries by what they hold. */
export class Finder {
  readonly #database: Database;
  readonly #history: History;
  readonly #index: SearchIndex;
  readonly #ids: Ids;

  constructor(database: Database, history: History, index: SearchIndex, ids: Ids) {
    this.#database = database;
    this.#history = history;
    this.#index = index;
    this.#ids = ids;
  }

  find(wanted: Wanted): Found {
    const conditions = this.#conditions(wanted);
    const all = this.#number('SELECT count(*) AS n FROM deliveries');
    return {
      ...(conditions.length === 0 ? this.#any(wanted, all) : this.#some(wanted, join(conditions, ' AND '))),
      all,
    };
  }

  #conditions({ webhook, status, event, search }: Wanted): Condition[] {
    const words = wordsOf(search);
    const webhooks = words.length === 0 ? [] : this.#webhooks();
    if (words.length > 0) this.#index.fill(Number.POSITIVE_INFINITY);
    return [
      ...(webhook === undefined ? [] : [{ sql: 'd.webhook = ?', values: [webhook] }]),
      ...(status === undefined ? [] : [{ sql: 'd.status = ?', values: [status] }]),
      ...(event === undefined ? [] : [{ sql: 'd.name = ?', values: [event] }]),
      ...words.map((word) => holds(word, webhooks)),
    ];
  }

  /** Deleted ones too: their deliveries stay. */
  #webhooks(): SearchableWebhook[] {
    return this.#database
      .prepare('SELECT seq, url FROM webhooks')
      .all()
      .map((row) => {
        const seq = readNumber(row, 'seq');
        return { seq, id: this.#ids.format('whk', seq), url: readText(row, 'url').toLowerCase() };
      });
  }

  /** Of all deliveries; places are counted from the latest, which is cheap near the beginning of the list. */
  #any({ offset, limit, places }: Wanted, all: number): Omit<Found, 'all'> {
    const newer = (seq: number) => this.#number('SELECT count(*) AS n FROM deliveries WHERE seq > ?', seq);
    return {
      items: this.#history.rows('TRUE', [], limit, offset),
      total: all,
      places: places.map((seq) => ({ newer: newer(seq), matches: this.#history.has(seq) })),
    };
  }

  /** What matches is collected once, for the count, the places and the rows. */
  #some({ offset, limit, places }: Wanted, { sql, values }: Condition): Omit<Found, 'all'> {
    const newer = places.map(() => ', count(*) FILTER (WHERE seq > ?), count(*) FILTER (WHERE seq = ?)').join('');
    const row = this.#database
      .prepare(
        `WITH found AS MATERIALIZED (SELECT d.seq FROM deliveries d WHERE ${sql})
        SELECT (SELECT json_array(count(*)${newer}) FROM found) AS counts,
          (SELECT json_group_array(seq) FROM (SELECT seq FROM found ORDER BY seq DESC LIMIT ? OFFSET ?)) AS page`,
      )
      .get(...values, ...places.flatMap((seq) => [seq, seq]), limit, offset);
    const [total = 0, ...counts] = JSON.parse(readText(row ?? {}, 'counts')) as number[];
    return {
      items: this.#history.rows('d.seq IN (SELECT value FROM json_each(?))', [readText(row ?? {}, 'page')], limit, 0),
      total,
      places: places.map((_, at) => ({ newer: counts[2 * at] ?? 0, matches: counts[2 * at + 1] === 1 })),
    };
  }

  #number(sql: string, ...values: number[]): number {
    return readNumber(this.#database.prepare(sql).get(...values) ?? {}, 'n');
  }
}
