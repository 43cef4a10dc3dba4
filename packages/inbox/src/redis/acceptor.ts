import { randomBytes } from 'node:crypto';
import { Batcher } from '../batcher.js';
import type { NewRecord } from '../engine.js';
import { InboxError } from '../errors.js';
import type { InboxSettings } from '../options.js';
import { type DeliveryQueue, jobIdOf } from './jobs.js';

/** Adds jobs many at a time and tells which were new. */
export class Acceptor {
  readonly #queue: DeliveryQueue;
  readonly #settings: InboxSettings;
  readonly #batcher: Batcher<NewRecord, boolean>;

  constructor(queue: DeliveryQueue, settings: InboxSettings) {
    this.#queue = queue;
    this.#settings = settings;
    this.#batcher = new Batcher((records) => this.#store(records));
  }

  accept(record: NewRecord): Promise<boolean> {
    return this.#batcher.add(record);
  }

  async #store(records: readonly NewRecord[]): Promise<boolean[]> {
    const client = await this.#queue.client;
    // A queued command would be sent after the sender has long been told that it failed.
    if (client.status !== 'ready') throw new InboxError('unavailable', 'Redis is not connected');
    // An add with a known id changes nothing and does not tell; whose name the job has tells.
    const names = records.map(() => `delivery-${randomBytes(9).toString('base64url')}`);
    const { maxAttempts, retryDelay, ttl, deadLetterTtl } = this.#settings;
    const added = await this.#queue.addBulk(
      records.map(({ key, body, secretIndex }, index) => ({
        name: names[index] ?? '',
        data: { key, body: bytesOf(body).toString('base64'), secretIndex },
        opts: {
          jobId: jobIdOf(key),
          attempts: maxAttempts,
          backoff: { type: 'exponential', delay: retryDelay, jitter: 0.5 },
          removeOnComplete: { age: Math.ceil(ttl / 1_000) },
          removeOnFail: { age: Math.ceil(deadLetterTtl / 1_000) },
        },
      })),
    );
    const found = await Promise.all(added.map((job) => client.hget(this.#queue.toKey(job.id ?? ''), 'name')));
    return found.map((name, index) => {
      if (name === null) throw new InboxError('unavailable', 'Redis lost a job it had just stored');
      return name !== names[index];
    });
  }
}

function bytesOf(body: Uint8Array): Buffer {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}
