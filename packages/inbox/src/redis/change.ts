import type { Redis } from 'ioredis';
import type { RedisPeers } from '../load-peer.js';
import { BEGUN, type DeliveryJob, type DeliveryQueue, deadSetOf, jobIdOf, resultsOf, summaryOf } from './jobs.js';

/**
 * Removes jobs that failed or wait; the ids of those it removed. BullMQ's own removal goes through each list and set for each
 * job, which takes minutes for a backlog. A job that a worker holds is in none of these keys.
 */
const REMOVE = `
local removed = {}
for index = 2, #ARGV do
  local id = ARGV[index]
  if redis.call('ZREM', KEYS[1], id) == 1 or redis.call('ZREM', KEYS[2], id) == 1
    or redis.call('LREM', KEYS[3], -1, id) == 1 or redis.call('LREM', KEYS[4], -1, id) == 1 then
    redis.call('DEL', ARGV[1] .. id, ARGV[1] .. id .. ':logs')
    removed[#removed + 1] = id
  end
end
return removed`;

/** Takes jobs out of our sets of their events, unless they have died again since: their scores are others then. */
const FORGET = `
for index = 1, #KEYS do
  local id = ARGV[2 * index - 1]
  if redis.call('ZSCORE', KEYS[index], id) == ARGV[2 * index] then redis.call('ZREM', KEYS[index], id) end
end`;

/** What an operator changes. */
export class RedisChanges {
  readonly #peers: RedisPeers;
  readonly #queue: DeliveryQueue;
  readonly #client: Redis;

  constructor(peers: RedisPeers, queue: DeliveryQueue, client: Redis) {
    this.#peers = peers;
    this.#queue = queue;
    this.#client = client;
  }

  async retry(keys: readonly string[]): Promise<number> {
    const ids = keys.map(jobIdOf);
    const dead = await this.#withScoreIn('failed', ids);
    const sets = await this.#deadSetsOf(dead);
    const preparing = this.#client.pipeline();
    // BullMQ's own reset leaves out the attempts that died.
    for (const id of dead) preparing.hdel(this.#queue.toKey(id), 'stc', BEGUN);
    const scores = this.#client.pipeline();
    for (const [index, id] of dead.entries()) scores.zscore(sets[index] ?? '', id);
    const [scored] = await Promise.all([resultsOf(scores), resultsOf(preparing)]);
    const retried = await this.#count(dead, 'failed', (job) =>
      job.retry('failed', { resetAttemptsMade: true, resetAttemptsStarted: true }),
    );
    // Afterwards: of a retry that is cut off, each dead letter left is still found by its event.
    if (dead.length > 0) {
      const known = dead.flatMap((id, index) => [id, String(scored[index] ?? '')]);
      await this.#client.eval(FORGET, sets.length, ...sets, ...known);
    }
    const others = new Set(ids);
    for (const id of dead) others.delete(id);
    const retrying = await this.#withScoreIn('delayed', [...others]);
    return retried + (await this.#count(retrying, 'delayed', (job) => job.promote()));
  }

  async discard(keys: readonly string[]): Promise<number> {
    const ids = keys.map(jobIdOf);
    const sets = await this.#deadSetsOf(ids);
    const places = ['failed', 'delayed', 'wait', 'paused'].map((name) => this.#queue.toKey(name));
    const removed = (await this.#client.eval(REMOVE, 4, ...places, this.#queue.toKey(''), ...ids)) as string[];
    const forgetting = this.#client.pipeline();
    for (const id of removed) forgetting.zrem(sets[ids.indexOf(id)] ?? '', id);
    await resultsOf(forgetting);
    return removed.length;
  }

  async setPaused(paused: boolean): Promise<void> {
    await (paused ? this.#queue.pause() : this.#queue.resume());
  }

  async #withScoreIn(set: 'failed' | 'delayed', ids: readonly string[]): Promise<string[]> {
    const pipeline = this.#client.pipeline();
    for (const id of ids) pipeline.zscore(this.#queue.toKey(set), id);
    const scores = await resultsOf(pipeline);
    return ids.filter((_, index) => scores[index] !== null);
  }

  /** Our set of each job's event. */
  async #deadSetsOf(ids: readonly string[]): Promise<string[]> {
    const pipeline = this.#client.pipeline();
    for (const id of ids) pipeline.hget(this.#queue.toKey(id), 'name');
    const names = await resultsOf(pipeline);
    return names.map((name) => this.#queue.toKey(deadSetOf(typeof name === 'string' ? summaryOf(name).event : null)));
  }

  /** Changes jobs without loading them; how many were still in `set`. */
  async #count(ids: readonly string[], set: 'failed' | 'delayed', change: (job: DeliveryJob) => Promise<void>) {
    const { Job } = this.#peers.bull;
    const changed = await Promise.all(
      ids.map(async (id) => {
        const job: DeliveryJob = new Job(this.#queue, '', { body: '', carrier: null }, {}, id);
        try {
          await change(job);
          return true;
        } catch (error) {
          // Another call, or a worker, may have been first.
          if ((await this.#withScoreIn(set, [id])).length > 0) throw error;
          return false;
        }
      }),
    );
    return changed.filter(Boolean).length;
  }
}
