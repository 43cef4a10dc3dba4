import { type Database, readText } from './database.js';

/** Single values of the database. */
export class Meta {
  readonly #read: ReturnType<Database['prepare']>;
  readonly #write: ReturnType<Database['prepare']>;

  constructor(database: Database) {
    this.#read = database.prepare('SELECT value FROM meta WHERE key = ?');
    this.#write = database.prepare(
      'INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    );
  }

  /** Writes a value. */
  put(key: string, value: string): void {
    this.#write.run(key, value);
  }

  /** Reads a value, and writes what `make` returns where there is none. */
  getOrPut(key: string, make: () => string): string {
    const row = this.#read.get(key);
    if (row !== undefined) return readText(row, 'value');
    const value = make();
    this.put(key, value);
    return value;
  }
}
