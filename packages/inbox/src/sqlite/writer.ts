import type { Database } from 'libsql';
import type { NewRecord } from '../engine.js';
import { InboxError } from '../errors.js';
import type { InboxSettings } from '../options.js';
import { isBusy } from './busy.js';
import { Inserter } from './inserter.js';

interface Entry {
  readonly since: number;
  readonly reject: (error: unknown) => void;
}
interface AcceptEntry extends Entry {
  readonly record: NewRecord;
  readonly resolve: (duplicate: boolean) => void;
}
interface StepEntry extends Entry {
  /** Runs inside the transaction and returns what to do once it is durable. */
  readonly step: () => () => void;
}

const MOST_WAITING = 20_000;
const MOST_PER_COMMIT = 512;
/** The longest a commit is put off for others to join; never longer than half of what the last commit took. */
const MOST_PATIENCE_MS = 2;

/**
 * The one writer of a file in this process: everything that arrived by the time it turns to the file shares one
 * transaction and so one fsync. Another process's lock is waited for without blocking the event loop.
 */
export class Writer {
  readonly #db: Database;
  readonly #settings: InboxSettings;
  readonly #inserter: Inserter;
  readonly #onAccepted: () => void;
  #accepts: AcceptEntry[] = [];
  #steps: StepEntry[] = [];
  #scheduled = false;
  #refusals = 0;
  /** How many accepts shared a commit of late, and how long to wait for as many again. */
  #company = 0;
  #patienceMs = 0;
  #idle: (() => void) | undefined;

  constructor(db: Database, settings: InboxSettings, onAccepted: () => void) {
    this.#db = db;
    this.#settings = settings;
    this.#inserter = new Inserter(db);
    this.#onAccepted = onAccepted;
  }

  /** Resolves once the record is durable; true when its key was known. */
  accept(record: NewRecord): Promise<boolean> {
    return new Promise((resolve, reject) => {
      if (this.#accepts.length >= MOST_WAITING) {
        reject(new InboxError('unavailable', `${MOST_WAITING} deliveries wait to be stored already`));
        return;
      }
      this.#accepts.push({ record, since: performance.now(), resolve, reject });
      this.#schedule();
    });
  }

  /** Runs `step` in the next transaction; resolves with what it returned once that is durable. */
  run<T>(step: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#steps.push({
        since: performance.now(),
        reject,
        step: () => {
          const value = step();
          return () => resolve(value);
        },
      });
      this.#schedule();
    });
  }

  /** Resolves when nothing waits to be written. */
  async idle(): Promise<void> {
    if (!this.#scheduled) return;
    await new Promise<void>((resolve) => {
      this.#idle = resolve;
    });
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    // After this turn's I/O callbacks: every request that has arrived by now is in this transaction.
    setImmediate(() => this.#gather(performance.now()));
  }

  /** Where many senders wait for one fsync, those just answered send again at once: their next ones can share the next. */
  #gather(since: number): void {
    const alone = this.#accepts.length === 0 || this.#accepts.length >= this.#company;
    if (alone || performance.now() - since >= this.#patienceMs) this.#flush();
    else setImmediate(() => this.#gather(since));
  }

  #flush(): void {
    if (!this.#begin()) return;
    const accepts = this.#accepts.splice(0, MOST_PER_COMMIT);
    const steps = this.#steps.splice(0, MOST_PER_COMMIT);
    let done: (() => void)[];
    const began = performance.now();
    try {
      done = this.#apply(accepts, steps);
      this.#db.exec('COMMIT');
      this.#company = Math.max(accepts.length, Math.floor(this.#company * 0.9));
      this.#patienceMs = Math.min(MOST_PATIENCE_MS, (performance.now() - began) / 2);
    } catch (cause) {
      this.#rollback();
      for (const { reject } of accepts) reject(cause);
      for (const { reject } of steps) reject(cause);
      this.#next();
      return;
    }
    for (const settle of done) settle();
    if (accepts.length > 0) this.#onAccepted();
    this.#next();
  }

  #begin(): boolean {
    try {
      this.#db.exec('BEGIN IMMEDIATE');
      this.#refusals = 0;
      return true;
    } catch (cause) {
      const overdue = isBusy(cause) ? performance.now() - this.#settings.busyTimeout : Number.POSITIVE_INFINITY;
      this.#giveUp(overdue, cause);
      if (this.#accepts.length + this.#steps.length === 0) this.#next();
      else setTimeout(() => this.#flush(), Math.min(10, 1 + Math.random() * ++this.#refusals));
      return false;
    }
  }

  #giveUp(since: number, cause: unknown): void {
    const overdue = (entry: Entry) => entry.since <= since;
    const error = isBusy(cause)
      ? new InboxError('unavailable', `The inbox file is locked for longer than ${this.#settings.busyTimeout} ms`, {
          cause,
        })
      : cause;
    for (const { reject } of [...this.#accepts.filter(overdue), ...this.#steps.filter(overdue)]) reject(error);
    this.#accepts = this.#accepts.filter((entry) => !overdue(entry));
    this.#steps = this.#steps.filter((entry) => !overdue(entry));
  }

  #apply(accepts: readonly AcceptEntry[], steps: readonly StepEntry[]): (() => void)[] {
    const done: (() => void)[] = [];
    if (accepts.length > 0) {
      const now = this.#settings.now();
      const isNew = this.#inserter.insert(
        accepts.map(({ record }) => record),
        now,
      );
      accepts.forEach(({ resolve }, index) => {
        done.push(() => resolve(isNew[index] !== true));
      });
    }
    for (const { step } of steps) done.push(step());
    return done;
  }

  #rollback(): void {
    try {
      // Disk-full and I/O errors may have ended the transaction already.
      if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
    } catch (error) {
      this.#settings.report(error, 'maintenance');
    }
  }

  #next(): void {
    this.#scheduled = false;
    if (this.#accepts.length + this.#steps.length > 0) this.#schedule();
    else {
      this.#idle?.();
      this.#idle = undefined;
    }
  }
}
