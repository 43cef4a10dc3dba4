import { randomUUID } from 'node:crypto';
import type { NewRecord } from '../engine.js';
import { GroupCommit } from '../group-commit.js';
import type { InboxSettings } from '../options.js';
import type { Connections } from './connections.js';
import { asBossDb, type Boss, jobOf, type Names, QUEUE } from './tables.js';

/** Stores deliveries and their jobs in one transaction, many at a time. */
export class Acceptor {
  readonly #connections: Connections;
  readonly #boss: Boss;
  readonly #settings: InboxSettings;
  readonly #insert: string;
  readonly #commits: GroupCommit<NewRecord, boolean>;
  readonly #onAccepted: () => void;

  constructor(connections: Connections, boss: Boss, names: Names, settings: InboxSettings, onAccepted: () => void) {
    this.#connections = connections;
    this.#boss = boss;
    this.#settings = settings;
    this.#onAccepted = onAccepted;
    // One parameter holds all bodies: pg sends it as it is, while an array of them would be written out as hex.
    this.#insert = `INSERT INTO ${names.deliveries} (key, job, event, body, size, secret_index, carrier)
      SELECT key, job, event, substring($4::bytea from place for size), size, secret_index, carrier
      FROM unnest($1::text[], $2::uuid[], $3::text[], $5::int[], $6::int[], $7::int[], $8::text[])
        AS new (key, job, event, place, size, secret_index, carrier)
      ON CONFLICT (key) DO NOTHING RETURNING key, job, size`;
    this.#commits = new GroupCommit({
      write: (records) => this.#store(records),
      bytesOf: ({ body }) => body.byteLength,
    });
  }

  accept(record: NewRecord): Promise<boolean> {
    return this.#commits.add(record);
  }

  async #store(records: readonly NewRecord[]): Promise<boolean[]> {
    const unique = new Map<string, NewRecord>();
    for (const record of records) if (!unique.has(record.key)) unique.set(record.key, record);
    // In one order everywhere, or two receivers with the same keys could wait for each other.
    const sorted = [...unique.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
    const added = await this.#connections.transaction(async (tx) => {
      const { rows } = await tx.executeSql(this.#insert, valuesOf(sorted));
      const fresh = rows as { key: string; job: string; size: number }[];
      if (fresh.length > 0) {
        await this.#boss.insert(
          QUEUE,
          fresh.map((row) => jobOf(row, this.#settings)),
          { db: asBossDb(tx) },
        );
      }
      return new Set(fresh.map(({ key }) => key));
    });
    if (added.size > 0) this.#onAccepted();
    return records.map(({ key }) => !added.delete(key));
  }
}

function valuesOf(records: readonly NewRecord[]): unknown[] {
  const sizes = records.map(({ body }) => body.byteLength);
  let end = 1;
  const places = sizes.map((size) => {
    const place = end;
    end += size;
    return place;
  });
  return [
    records.map(({ key }) => key),
    records.map(() => randomUUID()),
    records.map(({ event }) => event),
    Buffer.concat(records.map(({ body }) => body)),
    places,
    sizes,
    records.map(({ secretIndex }) => secretIndex),
    records.map(({ carrier }) => carrier),
  ];
}
