import { createHash, randomUUID } from 'node:crypto';
import type { Receiver } from '@videocloud/webhooks';
import { attemptOf, eventOf } from './attempt.js';
import type { Engine } from './engine.js';
import { InboxError } from './errors.js';
import { locationOf } from './location.js';
import { concurrencyOf, type InboxOptions, type InboxSettings, settingsOf } from './options.js';
import type {
  DeadLetterOptions,
  Inbox,
  InboxDeadLetter,
  InboxHandler,
  InboxStats,
  Processing,
  ProcessOptions,
} from './types.js';

/**
 * Opens a durable inbox: what `accept` resolved for is on disk, once, and is handled even if every process dies.
 *
 * @param url `file:…` or `:memory:` (SQLite), `postgres://…` (pg-boss), `redis://…` (BullMQ)
 * @param options all durations are milliseconds
 * @throws TypeError (as a rejection) for an unknown scheme or a wrong option
 * @throws InboxError (as a rejection) `engine_missing` with the install line, or `open_failed`
 * @example
 * ```ts
 * import { createReceiver } from '@videocloud/webhooks';
 * import { openInbox } from '@videocloud/webhooks-inbox';
 *
 * const inbox = await openInbox('file:inbox.db');
 * const receiver = createReceiver({ secrets: () => process.env.VIDEOCLOUD_WEBHOOK_SECRET, inbox });
 * inbox.process(receiver);
 * ```
 * @see the guide, "Обработка ошибок и повторные попытки"
 */
export async function openInbox(url: string, options: InboxOptions = {}): Promise<Inbox> {
  const location = locationOf(url);
  const settings = settingsOf(options);
  switch (location.engine) {
    case 'sqlite': {
      const { openSqlite } = await import('./sqlite/engine.js');
      return new EngineInbox(await openSqlite(location.path, settings), settings);
    }
    case 'postgres': {
      const { openPostgres } = await import('./postgres/engine.js');
      return new EngineInbox(await openPostgres(location.url, settings), settings);
    }
    case 'redis': {
      const { openRedis } = await import('./redis/engine.js');
      return new EngineInbox(await openRedis(location.url, settings), settings);
    }
  }
}

// PostgreSQL stores neither NUL nor lone surrogates, and a very long key does not fit an index entry.
const STORABLE_KEY = /^[^\0\p{Surrogate}]{1,512}$/u;

/** Everything about an inbox that does not depend on the database. */
class EngineInbox implements Inbox {
  readonly #engine: Engine;
  readonly #settings: InboxSettings;
  readonly #processing = new Set<Processing>();
  readonly #accepting = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;

  constructor(engine: Engine, settings: InboxSettings) {
    this.#engine = engine;
    this.#settings = settings;
  }

  accept(delivery: Parameters<Inbox['accept']>[0]): Promise<{ duplicate: boolean }> {
    if (this.#closing !== undefined) return Promise.reject(closed());
    const accepting = this.#store(delivery);
    const forget = () => this.#accepting.delete(accepting);
    this.#accepting.add(accepting);
    accepting.then(forget, forget);
    return accepting;
  }

  async #store(delivery: Parameters<Inbox['accept']>[0]): Promise<{ duplicate: boolean }> {
    const { rawBody, secretIndex = -1 } = delivery;
    if (!(rawBody instanceof Uint8Array)) {
      throw new TypeError('accept needs rawBody, the exact bytes that were signed, as a Uint8Array or Buffer');
    }
    if (!Number.isInteger(secretIndex)) throw new TypeError('secretIndex must be an integer');
    const key = await this.#keyOf(rawBody, secretIndex);
    return { duplicate: await this.#engine.accept({ key, body: rawBody, secretIndex }) };
  }

  #keyOf(rawBody: Uint8Array, secretIndex: number): string | Promise<string> {
    if (this.#settings.key === undefined) return createHash('sha256').update(rawBody).digest('hex');
    return Promise.resolve(this.#settings.key({ rawBody, secretIndex })).then((key) => {
      if (key === null) return randomUUID();
      if (typeof key === 'string' && STORABLE_KEY.test(key)) return key;
      throw new TypeError('key must return null or a text of 1 to 512 characters');
    });
  }

  process(target: Receiver | InboxHandler, options: ProcessOptions = {}): Processing {
    if (this.#closing !== undefined) throw closed();
    const attempt = attemptOf(target, this.#settings.lease);
    const running = this.#engine.consume(attempt, concurrencyOf(options.concurrency));
    const processing: Processing = {
      stop: async () => {
        await running.stop();
        this.#processing.delete(processing);
      },
    };
    this.#processing.add(processing);
    return processing;
  }

  async stats(): Promise<InboxStats> {
    this.#assertOpen();
    return this.#engine.stats();
  }

  async deadLetters({ limit = 100 }: DeadLetterOptions = {}): Promise<InboxDeadLetter[]> {
    this.#assertOpen();
    if (!Number.isInteger(limit) || limit < 1) throw new TypeError('limit must be a positive integer');
    const records = await this.#engine.deadLetters(limit);
    return records.map((record) => ({ ...record, event: eventOf(record.rawBody) }));
  }

  async retry(id: string): Promise<boolean> {
    this.#assertOpen();
    if (typeof id !== 'string') throw new TypeError('retry takes the id of a dead letter');
    return this.#engine.retry(id);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#processing].map((processing) => processing.stop()));
    await Promise.allSettled(this.#accepting);
    await this.#engine.close();
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) throw closed();
  }
}

function closed(): InboxError {
  return new InboxError('closed', 'The inbox is closed');
}
