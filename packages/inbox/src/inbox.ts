import { randomUUID } from 'node:crypto';
import { isUint8Array } from 'node:util/types';
import type { WebhookEvent } from '@videocloud/webhooks';
import { type OpenInbox, openInboxes } from '@videocloud/webhooks/channels';
import { endsWithin } from './ends-within.js';
import type { Engine } from './engine.js';
import { InboxError, storableEvent } from './errors.js';
import { concurrencyOf, type InboxSettings } from './options.js';
import { CLOSE_TIMEOUT_MS, DISCARDABLE, type InboxState, RETRYABLE } from './policy.js';
import { changeMatching } from './records/bulk.js';
import { checkFilter } from './records/filter.js';
import { listRecords } from './records/list.js';
import type { InboxFilter, InboxListOptions, InboxPage, InboxRecord, InboxRetryOptions } from './records/types.js';
import { eventOf, handlersOf } from './run-handlers.js';
import { sha256Hex } from './sha256.js';
import { type InboxIdentity, traceAccept, traceProcess } from './traces.js';
import type {
  DeadLetterOptions,
  Dispatcher,
  Inbox,
  InboxDeadLetter,
  InboxHandler,
  InboxStats,
  Processing,
  ProcessOptions,
} from './types.js';

// PostgreSQL stores neither NUL nor lone surrogates, and a very long key does not fit an index entry.
const STORABLE_KEY = /^[^\0\p{Surrogate}]{1,512}$/u;

/** Everything about an inbox that does not depend on the database. */
export class EngineInbox implements Inbox {
  readonly #engine: Engine;
  readonly #settings: InboxSettings;
  readonly #identity: InboxIdentity;
  readonly #observed: OpenInbox;
  readonly #processing = new Set<Processing>();
  readonly #accepting = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;

  constructor(engine: Engine, settings: InboxSettings, identity: InboxIdentity) {
    this.#engine = engine;
    this.#settings = settings;
    this.#identity = identity;
    this.#observed = { name: identity.name, observe: () => this.#observe() };
    openInboxes().add(this.#observed);
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
    const { event, secretIndex = -1 } = delivery;
    if (!isUint8Array(delivery.rawBody)) {
      throw new TypeError('accept needs rawBody, the exact bytes that were signed, as a Uint8Array or Buffer');
    }
    // An int of PostgreSQL: a larger one would fail all that share the write.
    if ((secretIndex | 0) !== secretIndex) throw new TypeError('secretIndex must be an integer');
    // The caller may reuse its buffer while the write is under way.
    const rawBody = Buffer.from(delivery.rawBody);
    const key = await this.#keyOf(rawBody, secretIndex);
    const name = nameOf(event === undefined ? eventOf(rawBody) : event);
    const record = { key, event: name, body: rawBody, secretIndex };
    return { duplicate: await traceAccept(this.#identity, record, (traced) => this.#engine.accept(traced)) };
  }

  #keyOf(rawBody: Uint8Array, secretIndex: number): string | Promise<string> {
    if (this.#settings.key === undefined) return sha256Hex(rawBody);
    return Promise.resolve(this.#settings.key({ rawBody, secretIndex })).then((key) => {
      if (key === null) return randomUUID();
      if (typeof key === 'string' && STORABLE_KEY.test(key)) return key;
      throw new TypeError('key must return null or a text of 1 to 512 characters, without NUL or lone surrogates');
    });
  }

  process<Env = unknown>(target: Dispatcher<Env> | InboxHandler<Env>, options: ProcessOptions<Env> = {}): Processing {
    if (this.#closing !== undefined) throw closed();
    assertNames('process', options, ['concurrency', 'env']);
    const { lease, report } = this.#settings;
    const run = handlersOf(target, lease, options.env as Env, (error) => report(error, 'handle'));
    const running = this.#engine.consume(traceProcess(this.#identity, run), concurrencyOf(options.concurrency));
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

  async deadLetters(options: DeadLetterOptions = {}): Promise<InboxDeadLetter[]> {
    this.#assertOpen();
    assertNames('deadLetters', options, ['limit']);
    const { limit = 100 } = options;
    if (!Number.isInteger(limit) || limit < 1) throw new TypeError('limit must be a positive integer');
    const records = await this.#engine.deadLetters(limit);
    return records.map((record) => ({ ...record, event: eventOf(record.rawBody) }));
  }

  async list(options: InboxListOptions = {}): Promise<InboxPage> {
    this.#assertOpen();
    return listRecords(this.#engine, options);
  }

  async get(id: string): Promise<InboxRecord | null> {
    this.#assertOpen();
    if (typeof id !== 'string') throw new TypeError('get takes the id of a record');
    return STORABLE_KEY.test(id) ? this.#engine.get(id) : null;
  }

  async retry(which: string | InboxFilter, options: InboxRetryOptions = {}): Promise<number> {
    this.#assertOpen();
    assertNames('retry', options, ['perSecond']);
    const { perSecond } = options;
    if (perSecond !== undefined && !(typeof perSecond === 'number' && perSecond > 0 && Number.isFinite(perSecond))) {
      throw new TypeError(`perSecond must be a number above 0, not ${String(perSecond)}`);
    }
    return this.#change('retry', RETRYABLE, which, perSecond);
  }

  async discard(which: string | InboxFilter): Promise<number> {
    this.#assertOpen();
    return this.#change('discard', DISCARDABLE, which);
  }

  #change(
    method: 'retry' | 'discard',
    states: readonly InboxState[],
    which: string | InboxFilter,
    perSecond?: number,
  ): number | Promise<number> {
    const change = (ids: readonly string[]) => {
      this.#assertOpen();
      return this.#engine[method](ids);
    };
    if (typeof which === 'string') return STORABLE_KEY.test(which) ? change([which]) : 0;
    const { state = 'dead', filter } = checkFilter(which, method, states);
    return changeMatching(this.#engine, { state, filter, perSecond, now: this.#settings.now(), change });
  }

  async pause(): Promise<void> {
    this.#assertOpen();
    await this.#engine.setPaused(true);
  }

  async resume(): Promise<void> {
    this.#assertOpen();
    await this.#engine.setPaused(false);
  }

  close(): Promise<void> {
    openInboxes().delete(this.#observed);
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const stopped = Promise.all([...this.#processing].map((processing) => processing.stop()));
    // What a silent database, or a `key` of the caller's, does not settle is rejected when the engine closes, or never.
    await endsWithin(CLOSE_TIMEOUT_MS, Promise.allSettled(this.#accepting));
    await stopped;
    await this.#engine.close();
  }

  async #observe(): ReturnType<OpenInbox['observe']> {
    const { waiting, retrying, running, handled, dead, oldestWaitingMs: oldestMs } = await this.stats();
    return { messages: { waiting, retrying, running, handled, dead }, oldestMs };
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) throw closed();
  }
}

function assertNames(method: string, options: object, known: readonly string[]): void {
  // A number has no unknown members: `process(handler, 16)` would run with the default.
  if (Object.prototype.toString.call(options) !== '[object Object]') {
    throw new TypeError(`${method} takes its options as an object, { ${known.join(', ')} }`);
  }
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new TypeError(`${method} has no option '${unknown}'; it has ${known.join(', ')}`);
}

function nameOf(event: WebhookEvent | null): string | null {
  return typeof event?.event === 'string' ? storableEvent(event.event) : null;
}

function closed(): InboxError {
  return new InboxError('closed', 'The inbox is closed');
}
