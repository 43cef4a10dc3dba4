import { randomUUID } from 'node:crypto';
import { Batcher } from '../batcher.js';
import type { NewRecord } from '../engine.js';
import type { InboxSettings } from '../options.js';
import type { Connections } from './connections.js';
import { asBossDb } from './queue.js';
import { type Boss, jobOf, tableOf } from './tables.js';

/** Stores deliveries and their jobs in one transaction, many at a time. */
export class Acceptor {
  readonly #connections: Connections;
  readonly #boss: Boss;
  readonly #settings: InboxSettings;
  readonly #insert: string;
  readonly #batcher: Batcher<NewRecord, boolean>;
  readonly #onAccepted: () => void;

  constructor(connections: Connections, boss: Boss, settings: InboxSettings, onAccepted: () => void) {
    this.#connections = connections;
    this.#boss = boss;
    this.#settings = settings;
    this.#onAccepted = onAccepted;
    this.#insert = `INSERT INTO ${tableOf(settings)} (key, job, body, secret_index)
      SELECT * FROM unnest($1::text[], $2::uuid[], $3::bytea[], $4::int[])
      ON CONFLICT (key) DO NOTHING RETURNING key, job`;
    this.#batcher = new Batcher((records) => this.#store(records));
  }

  accept(record: NewRecord): Promise<boolean> {
    return this.#batcher.add(record);
  }

  async #store(records: readonly NewRecord[]): Promise<boolean[]> {
    const unique = new Map(records.map((record) => [record.key, record]));
    // In one order everywhere, or two receivers with the same keys could wait for each other.
    const sorted = [...unique.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
    const values = [
      sorted.map(({ key }) => key),
      sorted.map(() => randomUUID()),
      sorted.map(({ body }) => Buffer.from(body.buffer, body.byteOffset, body.byteLength)),
      sorted.map(({ secretIndex }) => secretIndex),
    ];
    const added = await this.#connections.transaction(async (tx) => {
      const { rows } = await tx.executeSql(this.#insert, values);
      const fresh = rows as { key: string; job: string }[];
      if (fresh.length > 0) {
        await this.#boss.insert(
          fresh.map(({ key, job }) => jobOf(key, job, this.#settings)),
          { db: asBossDb(tx) },
        );
      }
      return new Set(fresh.map(({ key }) => key));
    });
    if (added.size > 0) this.#onAccepted();
    return records.map(({ key }) => !added.delete(key));
  }
}
