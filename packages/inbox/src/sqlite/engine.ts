import { endsWithin } from '../ends-within.js';
import type { DeadRecord, Engine, NewRecord, PageRequest, RecordPage, RunHandlers } from '../engine.js';
import { loadSqlite } from '../load-peer.js';
import type { InboxSettings } from '../options.js';
import { CLOSE_TIMEOUT_MS } from '../policy.js';
import type { InboxRecord } from '../records/types.js';
import type { InboxStats, Processing } from '../types.js';
import { WorkerLoop } from '../worker-loop.js';
import { type InboxFile, openFile } from './file.js';
import { List } from './list.js';
import { Records } from './records.js';
import { type LeasedRow, SqliteQueue } from './work.js';
import { Writer } from './writer.js';

const SWEEP_INTERVAL_MS = 1_000;

/** Opens a SQLite inbox; `:memory:` keeps it in this process. */
export async function openSqlite(path: string, settings: InboxSettings): Promise<Engine> {
  const Database = await loadSqlite();
  return new SqliteEngine(await openFile(Database, path, settings), settings);
}

class SqliteEngine implements Engine {
  readonly #file: InboxFile;
  readonly #settings: InboxSettings;
  readonly #writer: Writer;
  readonly #queue: SqliteQueue;
  readonly #records: Records;
  readonly #list: List;
  readonly #loops = new Set<WorkerLoop<LeasedRow>>();
  #sweepAt = 0;

  constructor(file: InboxFile, settings: InboxSettings) {
    this.#file = file;
    this.#settings = settings;
    this.#writer = new Writer(file, settings, () => this.#accepted());
    this.#queue = new SqliteQueue(file, this.#writer, settings, () => this.#sweep());
    this.#records = new Records(file, settings);
    this.#list = new List(file, settings);
  }

  accept(record: NewRecord): Promise<boolean> {
    return this.#writer.accept(record);
  }

  consume(run: RunHandlers, concurrency: number): Processing {
    const loop = new WorkerLoop(this.#queue, run, concurrency, this.#settings);
    this.#loops.add(loop);
    return {
      stop: async () => {
        await loop.stop();
        this.#loops.delete(loop);
      },
    };
  }

  async stats(): Promise<InboxStats> {
    return this.#records.stats();
  }

  async deadLetters(limit: number): Promise<DeadRecord[]> {
    return this.#records.deadLetters(limit);
  }

  async page(request: PageRequest): Promise<RecordPage> {
    // Reading blocks the event loop: between two pages everything else has its turn.
    await new Promise(setImmediate);
    return this.#list.page(request);
  }

  async get(id: string): Promise<InboxRecord | null> {
    return this.#list.get(id);
  }

  async retry(ids: readonly string[]): Promise<number> {
    const changed = await this.#writer.run(() => this.#records.retry(ids));
    if (changed > 0) this.#wake();
    return changed;
  }

  discard(ids: readonly string[]): Promise<number> {
    return this.#writer.run(() => this.#records.discard(ids));
  }

  async setPaused(paused: boolean): Promise<void> {
    await this.#writer.run(() => this.#records.setPaused(paused));
    if (!paused) this.#wake();
  }

  async close(): Promise<void> {
    this.#queue.closed = true;
    await endsWithin(CLOSE_TIMEOUT_MS, this.#writer.idle());
    this.#file.db.close();
  }

  #accepted(): void {
    this.#wake();
    this.#sweep();
  }

  #wake(): void {
    for (const loop of this.#loops) loop.notify();
  }

  /**
   * Expired rows are deleted a few at a time, after an arrival or by a worker with nothing to do: no timer, no long lock.
   */
  #sweep(): void {
    if (performance.now() < this.#sweepAt) return;
    this.#sweepAt = performance.now() + SWEEP_INTERVAL_MS;
    this.#sweepSome().then(
      (more) => {
        if (more) this.#sweepAt = 0;
      },
      (error: unknown) => this.#settings.report(error, 'maintenance'),
    );
  }

  /** Whether there may be more. Looks first: reading takes no lock. */
  async #sweepSome(): Promise<boolean> {
    return this.#records.isAnyPastItsTime() && this.#writer.run(() => this.#records.sweep());
  }
}
