import { closeSync, openSync } from 'node:fs';
import Libsql from 'libsql';
import { MIGRATIONS } from './migrations.js';

/** A value of a statement's parameter. */
export type SqlValue = string | number | Uint8Array | null;
/** A row by column name. */
export type Row = Readonly<Record<string, unknown>>;

/** A prepared statement. */
export interface Statement {
  /** Answers the number of the row last inserted. */
  run(...values: SqlValue[]): number;
  get(...values: SqlValue[]): Row | undefined;
  all(...values: SqlValue[]): Row[];
}

/** A SQLite database of this package's schema: opened for one process alone, brought up to date, durable on commit. */
export class Database {
  readonly #db: Libsql.Database;
  readonly #lock: Libsql.Database | undefined;
  readonly inMemory: boolean;
  /** How long the disk took for the last transaction. */
  lastCommitMs = 0;

  /** Opens or creates; throws Error when the file is in use, was written by a newer version, or cannot be opened. */
  constructor(path: string) {
    this.inMemory = path === ':memory:';
    this.#lock = this.inMemory ? undefined : lockFile(path);
    try {
      this.#db = openFile(path);
      this.#db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
      this.#migrate();
    } catch (error) {
      this.#unlock();
      throw isSqliteError(error) ? notUsable(path, error) : error;
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
      run: (...values) => Number(statement.run(values).lastInsertRowid),
      // Not the driver's `get`: it stops at the first row without ending the statement, which then holds its read lock.
      get: (...values) => (statement.all(values) as Row[])[0],
      all: (...values) => statement.all(values) as Row[],
    };
  }

  transaction<T>(work: () => T): T {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      const began = performance.now();
      this.#db.exec('COMMIT');
      this.lastCommitMs = performance.now() - began;
      return result;
    } catch (error) {
      if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  close(): void {
    this.#db.close();
    this.#unlock();
  }

  #unlock(): void {
    this.#lock?.exec('ROLLBACK');
    this.#lock?.close();
  }
}

/**
 * Two senders on one file would deliver everything twice. The lock is a transaction on a file beside it, which ends with the
 * process, however that ends; the database's own exclusive mode would outlast `close`, since the driver frees statements late.
 */
function lockFile(path: string): Libsql.Database {
  const lock = openFile(`${path}-lock`);
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (cause) {
    lock.close();
    throw new Error(`The database ${path} is in use by another sender; close that one or choose another file`, {
      cause,
    });
  }
}

function openFile(path: string): Libsql.Database {
  try {
    // It holds secrets: a new file is the owner's alone, and SQLite gives its companion files the same mode.
    if (path !== ':memory:') closeSync(openSync(path, 'a', 0o600));
    return new Libsql(path);
  } catch (cause) {
    throw new Error(`The database ${path} cannot be opened; check that its folder exists and can be written to`, {
      cause,
    });
  }
}

const isSqliteError = (error: unknown): error is { message: string } =>
  typeof error === 'object' && error !== null && 'code' in error && /^SQLITE_/.test(String(error.code));

function notUsable(path: string, cause: { message: string }): Error {
  return new Error(`The database ${path} cannot be used (${cause.message}); choose another file, or remove it`, {
    cause,
  });
}

const isArrayBuffer = (value: unknown): value is ArrayBuffer =>
  Object.prototype.toString.call(value) === '[object ArrayBuffer]';

/** A column that must hold a number; TypeError otherwise, as for its siblings below. */
export function readNumber(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== 'number') throw new TypeError(`column ${column} is not a number`);
  return value;
}

/** A column that must hold text. */
export function readText(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new TypeError(`column ${column} is not text`);
  return value;
}

/** A column that must hold a blob. */
export function readBytes(row: Row, column: string): Buffer {
  const value = row[column];
  if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  if (isArrayBuffer(value)) return Buffer.from(value);
  throw new TypeError(`column ${column} is not a blob`);
}

/** A column that holds a number or NULL. */
export const optionalNumber = (row: Row, column: string): number | undefined =>
  row[column] === null || row[column] === undefined ? undefined : readNumber(row, column);

/** A column that holds text or NULL. */
export const optionalText = (row: Row, column: string): string | undefined =>
  row[column] === null || row[column] === undefined ? undefined : readText(row, column);

/** A column that holds a blob or NULL. */
export const optionalBytes = (row: Row, column: string): Buffer | undefined =>
  row[column] === null || row[column] === undefined ? undefined : readBytes(row, column);
