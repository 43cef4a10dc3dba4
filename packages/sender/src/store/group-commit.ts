import type { Database } from './database.js';

interface Work {
  run(): void;
  done(): void;
  fail(error: unknown): void;
}

// A full fsync costs as much as some fifty small writes and blocks the event loop, so writes are batched to share one. How long a batch
// waits follows what the disk took last: committing takes a sixth of the time at most, and a lone write waits little.
const SHORTEST_GATHER_MS = 2;
const LONGEST_GATHER_MS = 25;
const GATHER_FACTOR = 5;
const LARGEST_BATCH = 1024;

/** Takes part in every transaction: writes what it collected, and reads its memory again after a rollback. */
export interface TransactionParticipant {
  beforeCommit(): void;
  afterRollback(): void;
}

/** Group commit: units of work queued within a few milliseconds run in one transaction and settle once it is on disk. */
export class GroupCommit {
  readonly #database: Database;
  readonly #participant: TransactionParticipant;
  #queue: Work[] = [];
  #gather = SHORTEST_GATHER_MS;
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;
  #emptyWaiters: (() => void)[] = [];
  /** Whether the participant's memory holds what was undone, since reading it again failed, too. */
  #stale = false;

  constructor(database: Database, participant: TransactionParticipant) {
    this.#database = database;
    this.#participant = participant;
  }

  /** Units of work that are not committed yet. */
  get pending(): number {
    return this.#queue.length;
  }

  /**
   * Runs `work` in the next transaction; resolves with its result once that is durable. `work` is synchronous and must not
   * fail over its input: a throw undoes its whole batch.
   */
  commit<T>(work: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let result: { value: T } | undefined;
      this.#queue.push({
        run: () => {
          result = { value: work() };
        },
        done: () => {
          if (result !== undefined) resolve(result.value);
        },
        fail: reject,
      });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#immediate !== undefined) return;
    if (this.#database.inMemory || this.#queue.length >= LARGEST_BATCH) {
      this.#immediate = setImmediate(() => this.flush());
    } else {
      this.#timer ??= setTimeout(() => this.flush(), this.#gather);
    }
  }

  /** Resolves once nothing is queued. */
  whenEmpty(): Promise<void> {
    if (this.#queue.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#emptyWaiters.push(resolve));
  }

  /** Commits what is queued now. */
  flush(): void {
    this.#commitQueue();
    if (this.#queue.length > 0) return;
    const waiters = this.#emptyWaiters;
    this.#emptyWaiters = [];
    for (const resolve of waiters) resolve();
  }

  #commitQueue(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    this.#timer = undefined;
    this.#immediate = undefined;
    const batch = this.#queue;
    if (batch.length === 0) return;
    this.#queue = [];
    try {
      if (this.#stale) this.#readAgain();
      this.#database.transaction(() => {
        for (const work of batch) work.run();
        this.#participant.beforeCommit();
      });
    } catch (error) {
      this.#stale = true;
      try {
        this.#readAgain();
      } catch {
        // A disk that fails, or a database that was closed: tried again before the next transaction.
      }
      for (const work of batch) work.fail(error);
      return;
    }
    const took = this.#database.lastCommitMs * GATHER_FACTOR;
    this.#gather = Math.min(Math.max(took, SHORTEST_GATHER_MS), LONGEST_GATHER_MS);
    for (const work of batch) work.done();
  }

  #readAgain(): void {
    this.#participant.afterRollback();
    this.#stale = false;
  }
}
