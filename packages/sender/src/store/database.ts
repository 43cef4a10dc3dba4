import Libsql from 'libsql';
import { MIGRATIONS } from './migrations.js';

export type SqlValue = string | number | Uint8Array | null;
export type Row = Readonly<Record<string, unknown>>;

export interface Statement {
  run(...values: SqlValue[]): void;
  get(...values: SqlValue[]): Row | undefined;
  all(...values: SqlValue[]): Row[];
}

/** A SQLite database of this package's schema: opened for one process alone, brought up to date, durable on commit. */
export class Database {
  readonly #db: Libsql.Database;
  readonly inMemory: boolean;

  /** Opens or creates; throws Error when the file is in use, was written by a newer version, or cannot be opened. */
  constructor(path: string) {
    this.inMemory = path === ':memory:';
    this.#db = openFile(path);
    try {
      // Two senders on one file would deliver everything twice, so the lock is held for as long as the database is open. Read in
      // normal mode first: a database first read in exclusive mode cannot give the lock back.
      this.#db.exec(
        'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; SELECT count(*) FROM sqlite_schema; PRAGMA locking_mode = EXCLUSIVE;',
      );
      this.#migrate();
    } catch (cause) {
      this.#db.close();
      if (cause instanceof Error && /locked|busy/i.test(cause.message)) {
        throw new Error(`The database ${path} is in use by another sender; close that one or choose another file`, {
          cause,
        });
      }
      throw cause;
    }
  }

  #migrate(): void {
    const version = readNumber(this.prepare('PRAGMA user_version').get() ?? {}, 'user_version');
    if (version > MIGRATIONS.length) {
      throw new Error(
        `The database is of version ${version}, this sender knows up to ${MIGRATIONS.length}; update @videocloud/webhooks-sender`,
      );
    }
    this.transaction(() => {
      MIGRATIONS.slice(version).forEach((sql, index) => {
        this.#db.exec(`${sql}; PRAGMA user_version = ${version + index + 1};`);
      });
    });
  }

  prepare(sql: string): Statement {
    const statement = this.#db.prepare(sql);
    // The driver takes a lone null or object argument for a set of named parameters: an array never is.
    return {
      run: (...values) => void statement.run(values),
      get: (...values) => statement.get(values) as Row | undefined,
      all: (...values) => statement.all(values) as Row[],
    };
  }

  transaction<T>(work: () => T): T {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#db.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  close(): void {
    // The driver frees its statements when they are collected, and SQLite the file only then: the lock has to go by hand.
    this.#db.exec('PRAGMA locking_mode = NORMAL; SELECT count(*) FROM sqlite_schema;');
    this.#db.close();
  }
}

function openFile(path: string): Libsql.Database {
  try {
    return new Libsql(path);
  } catch (cause) {
    throw new Error(`The database ${path} cannot be opened; check that its folder exists and can be written to`, {
      cause,
    });
  }
}

export function readNumber(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== 'number') throw new TypeError(`column ${column} is not a number`);
  return value;
}

export function readText(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new TypeError(`column ${column} is not text`);
  return value;
}

export function readBytes(row: Row, column: string): Buffer {
  const value = row[column];
  if (value instanceof ArrayBuffer) return Buffer.from(value);
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  throw new TypeError(`column ${column} is not a blob`);
}

export const optionalNumber = (row: Row, column: string): number | undefined =>
  row[column] === null || row[column] === undefined ? undefined : readNumber(row, column);

export const optionalText = (row: Row, column: string): string | undefined =>
  row[column] === null || row[column] === undefined ? undefined : readText(row, column);

export const optionalBytes = (row: Row, column: string): Buffer | undefined =>
  row[column] === null || row[column] === undefined ? undefined : readBytes(row, column);
