import type { Redis } from 'ioredis';
import type { NewRecord } from '../engine.js';
import { InboxError } from '../errors.js';
import { GroupCommit } from '../group-commit.js';
import type { InboxSettings } from '../options.js';
import { RATE_WINDOW_MS } from '../policy.js';
import { counterOf, type DeliveryQueue, jobIdOf, jobNameOf } from './jobs.js';

/** Whether the policy grants a further attempt is decided by our worker, not by BullMQ. */
const NO_LIMIT = 1_000_000;

const NAMES =
  "local names = {} for at, key in ipairs(KEYS) do names[at] = redis.call('HGET', key, 'name') end return names";

/** Adds jobs many at a time. */
export class Acceptor {
  readonly #queue: DeliveryQueue;
  readonly #client: Redis;
  readonly #settings: InboxSettings;
  readonly #commits: GroupCommit<NewRecord, boolean>;

  constructor(queue: DeliveryQueue, client: Redis, settings: InboxSettings) {
    this.#queue = queue;
    this.#client = client;
    this.#settings = settings;
    this.#commits = new GroupCommit({
      write: (records) => this.#store(records),
      bytesOf: ({ body }) => body.byteLength,
      // Redis does not wait for its disk: while it works on one write, the next is prepared.
      writers: 4,
      maxPerWrite: 32,
    });
  }

  accept(record: NewRecord): Promise<boolean> {
    return this.#commits.add(record);
  }

  async #store(records: readonly NewRecord[]): Promise<boolean[]> {
    // A queued command would be sent long after the sender was answered that it failed.
    if (this.#client.status !== 'ready') throw new InboxError('unavailable', 'Redis is not connected');
    // BullMQ silently ignores a known id; the stored name shows whose add won.
    const names = records.map(jobNameOf);
    const { ttl, deadLetterTtl } = this.#settings;
    const opts = {
      attempts: NO_LIMIT,
      backoff: { type: 'policy' },
      removeOnComplete: { age: Math.ceil(ttl / 1_000) },
      removeOnFail: { age: Math.ceil(deadLetterTtl / 1_000) },
    };
    // Not addBulk: its transaction costs more than a call for each. Where one call fails, the whole batch is rejected.
    const added = await Promise.all(
      records.map(({ key, body, carrier }, index) =>
        this.#queue.add(names[index] ?? '', { body: base64Of(body), carrier }, { ...opts, jobId: jobIdOf(key) }),
      ),
    );
    const found = await this.#namesOf(added.map((job) => this.#queue.toKey(job.id ?? '')));
    const known = found.map((name, index) => {
      if (typeof name !== 'string') throw new InboxError('unavailable', 'Redis lost a job it had just stored');
      return name !== names[index];
    });
    this.#count(known.filter((isKnown) => !isKnown).length);
    return known;
  }

  /** One command for all: for each of its own, Node pays a write to the socket. */
  async #namesOf(keys: readonly string[]): Promise<readonly unknown[]> {
    return (await this.#client.eval(NAMES, keys.length, ...keys)) as unknown[];
  }

  /** For `stats().lastMinute`; what is stored does not depend on it. */
  #count(accepted: number): void {
    if (accepted === 0) return;
    const counter = this.#queue.toKey(counterOf(Date.now()));
    const counting = this.#client
      .pipeline()
      .incrby(counter, accepted)
      .pexpire(counter, 2 * RATE_WINDOW_MS);
    counting.exec().catch(() => undefined);
  }
}

function base64Of(body: Uint8Array): string {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('base64');
}
