import type { Attempt, DeadRecord, Engine, NewRecord } from '../engine.js';
import { engineOf } from '../install.js';
import type { InboxSettings } from '../options.js';
import { Pump } from '../pump.js';
import type { InboxStats, Processing } from '../types.js';
import { openFile } from './file.js';
import { SqliteQueue } from './queue.js';
import { Records } from './records.js';
import { Writer } from './writer.js';

/** Opens a SQLite inbox; `:memory:` keeps it in this process. */
export async function openSqlite(path: string, settings: InboxSettings): Promise<Engine> {
  const { default: Database } = await engineOf(() => import('libsql'), 'file:', 'libsql');
  return new SqliteEngine(await openFile(Database, path, settings), settings);
}

class SqliteEngine implements Engine {
  readonly #db: Awaited<ReturnType<typeof openFile>>;
  readonly #settings: InboxSettings;
  readonly #writer: Writer;
  readonly #queue: SqliteQueue;
  readonly #records: Records;
  readonly #pumps = new Set<Pump<Awaited<ReturnType<SqliteQueue['take']>>[number]>>();
  #sweepAt = 0;

  constructor(db: Awaited<ReturnType<typeof openFile>>, settings: InboxSettings) {
    this.#db = db;
    this.#settings = settings;
    this.#writer = new Writer(db, settings, () => this.#accepted());
    this.#queue = new SqliteQueue(db, this.#writer, settings);
    this.#records = new Records(db, settings);
  }

  accept(record: NewRecord): Promise<boolean> {
    return this.#writer.accept(record);
  }

  consume(attempt: Attempt, concurrency: number): Processing {
    const pump = new Pump(this.#queue, attempt, concurrency, this.#settings);
    this.#pumps.add(pump);
    return {
      stop: async () => {
        await pump.stop();
        this.#pumps.delete(pump);
      },
    };
  }

  async stats(): Promise<InboxStats> {
    return this.#records.stats();
  }

  async deadLetters(limit: number): Promise<DeadRecord[]> {
    return this.#records.deadLetters(limit);
  }

  async retry(id: string): Promise<boolean> {
    const found = await this.#writer.run(() => this.#records.retry(id));
    if (found) this.#wake();
    return found;
  }

  async close(): Promise<void> {
    await this.#writer.idle();
    this.#db.close();
  }

  #accepted(): void {
    this.#wake();
    this.#sweep();
  }

  #wake(): void {
    for (const pump of this.#pumps) pump.notify();
  }

  /** What is past its time goes a few rows at a time, in transactions that happen anyway: no timer, no long lock. */
  #sweep(): void {
    const now = this.#settings.now();
    if (now < this.#sweepAt) return;
    this.#sweepAt = now + 1_000;
    this.#writer
      .run(() => this.#records.sweep(now))
      .then(
        (more) => {
          if (more) this.#sweepAt = 0;
        },
        (error: unknown) => this.#settings.report(error, 'maintenance'),
      );
  }
}
