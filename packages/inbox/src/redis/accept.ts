import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { NewRecord } from '../engine.js';
import { InboxError } from '../errors.js';
import { GroupCommit } from '../group-commit.js';
import type { InboxSettings } from '../options.js';
import { type DeliveryQueue, jobIdOf } from './jobs.js';

/** Whether the policy grants a further attempt is decided by our worker, not by BullMQ. */
const NO_LIMIT = 1_000_000;

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
    });
  }

  accept(record: NewRecord): Promise<boolean> {
    return this.#commits.add(record);
  }

  async #store(records: readonly NewRecord[]): Promise<boolean[]> {
    // A queued command would be sent long after the sender was answered that it failed.
    if (this.#client.status !== 'ready') throw new InboxError('unavailable', 'Redis is not connected');
    // BullMQ silently ignores a known id; the stored name shows whose add won.
    const names = records.map(() => `delivery-${randomBytes(9).toString('base64url')}`);
    const { ttl, deadLetterTtl } = this.#settings;
    const added = await this.#queue.addBulk(
      records.map(({ key, event, body, secretIndex, carrier }, index) => ({
        name: names[index] ?? '',
        data: { key, event, body: base64Of(body), size: body.byteLength, secretIndex, carrier },
        opts: {
          jobId: jobIdOf(key),
          attempts: NO_LIMIT,
          backoff: { type: 'policy' },
          removeOnComplete: { age: Math.ceil(ttl / 1_000) },
          removeOnFail: { age: Math.ceil(deadLetterTtl / 1_000) },
        },
      })),
    );
    const found = await Promise.all(added.map((job) => this.#client.hget(this.#queue.toKey(job.id ?? ''), 'name')));
    return found.map((name, index) => {
      if (name === null) throw new InboxError('unavailable', 'Redis lost a job it had just stored');
      return name !== names[index];
    });
  }
}

function base64Of(body: Uint8Array): string {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('base64');
}
