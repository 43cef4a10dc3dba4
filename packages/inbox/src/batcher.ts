import { InboxError } from './errors.js';

interface Waiting<I, O> {
  readonly item: I;
  readonly resolve: (value: O) => void;
  readonly reject: (error: unknown) => void;
}

/** The most that may wait for a database: beyond it the sender is told to come back, and memory stays bounded. */
const MOST_WAITING = 20_000;

/**
 * Group commit: what arrives while one write is under way shares the next, so that many callers share one fsync.
 */
export class Batcher<I, O> {
  readonly #write: (items: readonly I[]) => Promise<readonly O[]>;
  readonly #most: number;
  #waiting: Waiting<I, O>[] = [];
  #writing = false;

  /** `write` answers in the order of its items; when it rejects, nothing was stored for any of them. */
  constructor(write: (items: readonly I[]) => Promise<readonly O[]>, mostPerWrite = 512) {
    this.#write = write;
    this.#most = mostPerWrite;
  }

  add(item: I): Promise<O> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length >= MOST_WAITING) {
        reject(new InboxError('unavailable', `${MOST_WAITING} writes wait for the inbox's database already`));
        return;
      }
      this.#waiting.push({ item, resolve, reject });
      if (!this.#writing) {
        this.#writing = true;
        // After this turn's I/O callbacks, so that every request that has arrived by now is in the first write.
        setImmediate(() => this.#drain());
      }
    });
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, this.#most);
      try {
        const results = await this.#write(batch.map(({ item }) => item));
        batch.forEach(({ resolve }, index) => {
          resolve(results[index] as O);
        });
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#writing = false;
  }
}
