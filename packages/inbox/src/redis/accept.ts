import type { Redis } from 'ioredis';
import type { NewRecord } from '../engine.js';
import { InboxError } from '../errors.js';
import { GroupCommit } from '../group-commit.js';
import type { RedisPeers } from '../load-peer.js';
import { RATE_WINDOW_MS } from '../policy.js';
import { counterOf, type DeliveryQueue, jobIdOf, jobNameOf } from './jobs.js';

/** Whether the policy grants a further attempt is decided by our worker, not by BullMQ. */
const NO_LIMIT = 1_000_000;
/** Stored with each job, and read again by each attempt: what the worker can set is set there. */
const OPTIONS = { attempts: NO_LIMIT, backoff: { type: 'policy' } };

const NAMES =
  "local names = {} for at, key in ipairs(KEYS) do names[at] = redis.call('HGET', key, 'name') end return names";

/** Adds jobs many at a time. */
export class Acceptor {
  readonly #peers: RedisPeers;
  readonly #queue: DeliveryQueue;
  readonly #client: Redis;
  readonly #commits: GroupCommit<NewRecord, boolean>;
  /** Accepted and not yet in the counter of `stats().lastMinute`. */
  #uncounted = 0;
  #counting = false;

  constructor(peers: RedisPeers, queue: DeliveryQueue, client: Redis) {
    this.#peers = peers;
    this.#queue = queue;
    this.#client = client;
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
    const { Job } = this.#peers.bull;
    const names = records.map(jobNameOf);
    const ids = records.map(({ key }) => jobIdOf(key));
    // Not addBulk: its transaction costs more than a call for each. Where one call fails, the whole batch is rejected.
    const adding = records.map(({ body, carrier }, index) =>
      Job.create(
        this.#queue,
        names[index] ?? '',
        { body: base64Of(body), carrier },
        { ...OPTIONS, jobId: ids[index] ?? '' },
      ),
    );
    // BullMQ silently ignores a known id; the stored name shows whose add won. Sent behind the adds, in the same write.
    const keys = ids.map((id) => this.#queue.toKey(id));
    const [early] = await Promise.all([afterPromises(() => this.#namesOf(keys)), ...adding]);
    const found = early.includes(null) ? await this.#namesOf(keys) : early;
    const known = found.map((name, index) => {
      if (typeof name !== 'string') throw new InboxError('unavailable', 'Redis lost a job it had just stored');
      return name !== names[index];
    });
    this.#count(known.filter((isKnown) => !isKnown).length);
    return known;
  }

  /** One command for all. The name of a job that is not there, or not yet, is null. */
  async #namesOf(keys: readonly string[]): Promise<readonly unknown[]> {
    return (await this.#client.eval(NAMES, keys.length, ...keys)) as unknown[];
  }

  /** For `stats().lastMinute`; what is stored does not depend on it. */
  #count(accepted: number): void {
    this.#uncounted += accepted;
    if (this.#uncounted === 0 || this.#counting) return;
    const counter = this.#queue.toKey(counterOf(Date.now()));
    const counting = this.#client
      .pipeline()
      .incrby(counter, this.#uncounted)
      .pexpire(counter, 2 * RATE_WINDOW_MS);
    this.#uncounted = 0;
    this.#counting = true;
    const counted = () => {
      this.#counting = false;
      this.#count(0);
    };
    counting.exec().then(counted, counted);
  }
}

/** Calls `work` once the promise callbacks that are due now have run, and what they send is sent. */
function afterPromises<T>(work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => process.nextTick(() => work().then(resolve, reject)));
}

function base64Of(body: Uint8Array): string {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('base64');
}
