import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type Database from 'libsql';
import { reasonOf, usage } from '../../failure.js';
import { requireSqlite } from '../../require-sqlite.js';

const KEPT = 1_000;
// Another `listen` writes for milliseconds; longer means that something else holds the file.
const BUSY_MS = 2_000;
const SCHEMA = `
  PRAGMA busy_timeout = ${BUSY_MS};
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS requests (
    id INTEGER PRIMARY KEY AUTOINCREMENT, time TEXT NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL,
    headers TEXT NOT NULL, body BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS listeners (pid INTEGER PRIMARY KEY);`;

type Db = InstanceType<typeof Database>;

/** A request as `listen` received it. */
export interface Entry {
  readonly id: number;
  readonly time: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Where requests are kept when `--log` names no file: in the folder for logs of this operating system. */
export async function defaultLog(): Promise<string> {
  // Imported here: it looks up the home folder, which a user without one does not have, and no other command needs.
  const { default: envPaths } = await import('env-paths');
  return join(envPaths('videocloud-webhooks', { suffix: '' }).log, 'requests.db');
}

/** Opens the log; the driver is loaded here, so that no other command needs it. */
export async function openLog(file: string): Promise<RequestLog> {
  requireSqlite('listen');
  try {
    const { default: Driver } = await import('libsql');
    // The driver would take such a text for a server.
    if (file === '' || /^[a-z][a-z\d+.-]+:/i.test(file)) throw new Error('it is not the path of a file');
    const path = file === ':memory:' ? file : resolve(file);
    if (path !== ':memory:') makePrivate(path);
    const db = new Driver(path);
    db.exec(SCHEMA);
    return new RequestLog(db);
  } catch (error) {
    throw usage(`cannot open the log ${file}: ${reasonOf(error)}`);
  }
}

/** Bodies and signatures are in it: only the user may read the file. SQLite gives its side files the same rights. */
function makePrivate(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  closeSync(openSync(file, 'a', 0o600));
  try {
    chmodSync(file, 0o600);
  } catch {
    // Somebody else's file, which we may write: its rights are theirs.
  }
}

/** The last thousand requests, in SQLite. Several processes may share one. */
export class RequestLog {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  /** Enters this process, and gives the ids of the others that use the log now. */
  join(): number[] {
    const rows = this.#db.prepare('SELECT pid FROM listeners').all() as { pid: number }[];
    const others = rows.map(({ pid }) => pid).filter((pid) => pid !== process.pid);
    const gone = others.filter((pid) => !isRunning(pid));
    for (const pid of gone) this.#db.prepare('DELETE FROM listeners WHERE pid = ?').run(pid);
    this.#db.prepare('INSERT OR IGNORE INTO listeners (pid) VALUES (?)').run(process.pid);
    return others.filter((pid) => !gone.includes(pid));
  }

  add({ time, method, path, headers, body }: Omit<Entry, 'id'>): number {
    const insert = this.#db.prepare('INSERT INTO requests (time, method, path, headers, body) VALUES (?, ?, ?, ?, ?)');
    const id = Number(insert.run(time, method, path, JSON.stringify(headers), body).lastInsertRowid);
    this.#db.prepare('DELETE FROM requests WHERE id <= ?').run(id - KEPT);
    return id;
  }

  get(id: number): Entry | undefined {
    const row: unknown = this.#db.prepare('SELECT * FROM requests WHERE id = ?').get(id);
    if (typeof row !== 'object' || row === null) return undefined;
    const { time, method, path, headers, body } = row as Record<string, unknown>;
    return {
      id,
      time: String(time),
      method: String(method),
      path: String(path),
      headers: JSON.parse(String(headers)) as Record<string, string>,
      body: Buffer.from(body as Uint8Array),
    };
  }

  close(): void {
    try {
      this.#db.prepare('DELETE FROM listeners WHERE pid = ?').run(process.pid);
    } catch {
      // The next `listen` finds that this process is gone.
    }
    this.#db.close();
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It runs, under another user.
    return typeof error === 'object' && error !== null && 'code' in error && error.code === 'EPERM';
  }
}
