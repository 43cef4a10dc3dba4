import type { Database } from 'libsql';
import type { NewRecord } from '../engine.js';
import { InboxError } from '../errors.js';
import { GroupCommit } from '../group-commit.js';
import type { InboxSettings } from '../options.js';
import { Inserter } from './accept.js';
import { type InboxFile, isBusy } from './file.js';

/** A delivery to store, or a step to run inside the transaction. */
type Write = { readonly record: NewRecord } | { readonly step: () => unknown };

/**
 * The one writer of a file in this process. Everything that arrived by the time it turns to the file shares one
 * transaction and so one fsync. It waits for another process's lock without blocking the event loop.
 */
export class Writer {
  readonly #file: InboxFile;
  readonly #settings: InboxSettings;
  readonly #inserter: Inserter;
  readonly #onAccepted: () => void;
  readonly #commits: GroupCommit<Write, unknown>;

  constructor(file: InboxFile, settings: InboxSettings, onAccepted: () => void) {
    this.#file = file;
    this.#settings = settings;
    this.#inserter = new Inserter(file.db);
    this.#onAccepted = onAccepted;
    const locked = `The inbox file is locked for longer than ${settings.busyTimeout} ms`;
    this.#commits = new GroupCommit({
      write: (writes) => this.#commit(writes),
      bytesOf: (write) => ('record' in write ? write.record.body.byteLength : 0),
      passing: (cause) =>
        isBusy(cause)
          ? { waitMs: settings.busyTimeout, error: new InboxError('unavailable', locked, { cause }) }
          : undefined,
      join: true,
    });
  }

  /** Resolves once the record is durable; true when its key was known. */
  accept(record: NewRecord): Promise<boolean> {
    return this.#commits.add({ record }) as Promise<boolean>;
  }

  /** Runs `step` in the next transaction; resolves with what it returned once that is durable. */
  run<T>(step: () => T): Promise<T> {
    return this.#commits.add({ step }) as Promise<T>;
  }

  /** Resolves when nothing waits to be written. */
  idle(): Promise<void> {
    return this.#commits.idle();
  }

  #commit(writes: readonly Write[]): unknown[] {
    const { db, clock } = this.#file;
    this.#file.assertInPlace();
    const records = writes.flatMap((write) => ('record' in write ? [write.record] : []));
    db.exec('BEGIN IMMEDIATE');
    try {
      const isNew = this.#inserter.insert(records, clock.now(), this.#settings.now());
      const results = writes.map((write) => ('record' in write ? isNew.shift() !== true : write.step()));
      db.exec('COMMIT');
      if (records.length > 0) this.#onAccepted();
      return results;
    } catch (error) {
      this.#rollback(db);
      throw error;
    }
  }

  #rollback(db: Database): void {
    try {
      // Disk-full and I/O errors may have ended the transaction already.
      if (db.inTransaction) db.exec('ROLLBACK');
    } catch (error) {
      this.#settings.report(error, 'maintenance');
    }
  }
}
