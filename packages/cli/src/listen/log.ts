import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import Database from 'libsql';
import { reasonOf, usage } from '../failure.js';
import type { Io } from '../io.js';

const KEPT = 1_000;
const SCHEMA = `CREATE TABLE IF NOT EXISTS requests (
  id INTEGER PRIMARY KEY AUTOINCREMENT, time TEXT NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL,
  headers TEXT NOT NULL, body BLOB NOT NULL)`;

/** A request as `listen` received it. */
export interface Entry {
  readonly id: number;
  readonly time: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Where requests are kept when `--log` names no file. */
export function defaultLog({ env }: Io): string {
  const state = env.XDG_STATE_HOME || join(env.HOME || homedir(), '.local', 'state');
  return join(state, 'videocloud-webhooks', 'requests.db');
}

/** The last thousand requests, in SQLite. */
export class RequestLog {
  readonly #db: InstanceType<typeof Database>;

  constructor(file: string) {
    try {
      if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      this.#db = new Database(file);
      this.#db.exec(SCHEMA);
    } catch (error) {
      throw usage(`cannot open the log ${file}: ${reasonOf(error)}`);
    }
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
    this.#db.close();
  }
}
