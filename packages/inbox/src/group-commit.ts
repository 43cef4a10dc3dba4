import { setTimeout as sleep } from 'node:timers/promises';
import { InboxError } from './errors.js';

const MAX_WAITING = 20_000;
const MAX_WAITING_BYTES = 512 * 1_048_576;
const MAX_PER_WRITE = 512;
const MAX_BYTES_PER_WRITE = 4 * 1_048_576;
/** Larger items wait in a line of their own, so that they do not hold up small ones. */
const LARGE_BYTES = 65_536;
/** The longest a write is put off for others to join; never longer than half of what the last write took. */
const MAX_JOIN_MS = 2;

interface Waiting<I, O> {
  readonly item: I;
  readonly bytes: number;
  readonly since: number;
  readonly resolve: (value: O) => void;
  readonly reject: (error: unknown) => void;
}

export interface GroupCommitOptions<I, O> {
  /**
   * Answers in the order of its items. When it throws or rejects, none of them counts as stored; some may be, and a retry
   * finds them as duplicates.
   */
  readonly write: (items: readonly I[]) => readonly O[] | Promise<readonly O[]>;
  /** The bytes an item holds in memory. */
  readonly bytesOf?: (item: I) => number;
  /** For an error that passes by itself: how long an item may wait for that, and the error it gets afterwards. */
  readonly passing?: (error: unknown) => { readonly waitMs: number; readonly error: unknown } | undefined;
  /** Wait up to 2 ms for as many items as shared the last write. For writes that block the event loop. */
  readonly join?: boolean;
  /** How many writes may be under way at once; 1 where each waits for an fsync that the next can share. */
  readonly writers?: number;
  /** The most items of one write. */
  readonly maxPerWrite?: number;
}

/** Group commit: what arrives while one write is under way shares the next, so that many callers share one fsync. */
export class GroupCommit<I, O> {
  readonly #options: GroupCommitOptions<I, O>;
  #small: Waiting<I, O>[] = [];
  #large: Waiting<I, O>[] = [];
  #bytes = 0;
  /** How many writes are under way or about to be. */
  #writers = 0;
  #failures = 0;
  /** How many items shared a write of late, and how long to wait for as many again. */
  #lastShared = 0;
  #joinMs = 0;
  #idle: (() => void)[] = [];

  constructor(options: GroupCommitOptions<I, O>) {
    this.#options = options;
  }

  /** Resolves with the item's result once it is durable. */
  add(item: I): Promise<O> {
    return new Promise((resolve, reject) => {
      const bytes = this.#options.bytesOf?.(item) ?? 0;
      const full = this.#count() >= MAX_WAITING || (this.#bytes > 0 && this.#bytes + bytes > MAX_WAITING_BYTES);
      if (full) {
        const held = `${this.#count()} writes of ${this.#bytes} bytes`;
        reject(new InboxError('unavailable', `${held} wait for the inbox's database already`));
        return;
      }
      this.#bytes += bytes;
      const line = bytes > LARGE_BYTES ? this.#large : this.#small;
      line.push({ item, bytes, since: performance.now(), resolve, reject });
      if (this.#writers >= (this.#options.writers ?? 1)) return;
      this.#writers++;
      // After this turn's I/O callbacks, so that every request that has arrived by now is in the first write.
      setImmediate(() => void this.#run());
    });
  }

  /** Resolves when nothing waits to be written. */
  async idle(): Promise<void> {
    if (this.#writers > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  async #run(): Promise<void> {
    while (this.#count() > 0) {
      if (this.#options.join) await this.#join();
      await this.#write(this.#next());
      // A write that does not wait for I/O must not keep the event loop from what arrived meanwhile.
      await new Promise(setImmediate);
    }
    this.#writers--;
    if (this.#writers > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** Where many senders wait for one fsync, those just answered send again at once: their next ones can share the next. */
  async #join(): Promise<void> {
    const since = performance.now();
    while (this.#count() < this.#lastShared && performance.now() - since < this.#joinMs)
      await new Promise(setImmediate);
  }

  /** As much as fits: a bounded number of small items, and large ones beside them. */
  #next(): Waiting<I, O>[] {
    const { maxPerWrite = MAX_PER_WRITE } = this.#options;
    return [...takeFrom(this.#small, maxPerWrite), ...takeFrom(this.#large, maxPerWrite)];
  }

  async #write(batch: readonly Waiting<I, O>[]): Promise<void> {
    const began = performance.now();
    try {
      const results = await this.#options.write(batch.map(({ item }) => item));
      this.#failures = 0;
      this.#lastShared = Math.max(batch.length, Math.floor(this.#lastShared * 0.9));
      this.#joinMs = Math.min(MAX_JOIN_MS, (performance.now() - began) / 2);
      batch.forEach(({ bytes, resolve }, index) => {
        this.#bytes -= bytes;
        resolve(results[index] as O);
      });
    } catch (error) {
      await this.#fail(batch, error);
    }
  }

  async #fail(batch: readonly Waiting<I, O>[], error: unknown): Promise<void> {
    const passing = this.#options.passing?.(error);
    const kept: Waiting<I, O>[] = [];
    for (const waiting of batch) {
      if (passing !== undefined && performance.now() - waiting.since < passing.waitMs) {
        kept.push(waiting);
        continue;
      }
      this.#bytes -= waiting.bytes;
      waiting.reject(passing?.error ?? error);
    }
    if (kept.length === 0) return;
    this.#small.unshift(...kept.filter(({ bytes }) => bytes <= LARGE_BYTES));
    this.#large.unshift(...kept.filter(({ bytes }) => bytes > LARGE_BYTES));
    await sleep(Math.min(10, 1 + Math.random() * ++this.#failures));
  }

  #count(): number {
    return this.#small.length + this.#large.length;
  }
}

function takeFrom<T extends { readonly bytes: number }>(line: T[], most: number): T[] {
  let count = 0;
  for (let bytes = 0; count < Math.min(line.length, most); count++) {
    bytes += line[count]?.bytes ?? 0;
    if (count > 0 && bytes > MAX_BYTES_PER_WRITE) break;
  }
  return line.splice(0, count);
}
