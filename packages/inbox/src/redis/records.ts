import type { Redis } from 'ioredis';
import type { DeadRecord } from '../engine.js';
import type { RedisPeers } from '../load-peer.js';
import type { InboxSettings } from '../options.js';
import { RATE_WINDOW_MS } from '../policy.js';
import type { InboxStats } from '../types.js';
import {
  attemptsOf,
  attemptsOfDead,
  BEGUN,
  COUNTER_MS,
  counterOf,
  type DeliveryJob,
  type DeliveryQueue,
  deadSetOf,
  jobIdOf,
  parseFailure,
  resultsOf,
  summaryOf,
  takenFrom,
} from './jobs.js';

/** Figures, dead letters, and what an operator changes. */
export class RedisRecords {
  readonly #peers: RedisPeers;
  readonly #queue: DeliveryQueue;
  readonly #client: Redis;
  readonly #settings: InboxSettings;

  constructor(peers: RedisPeers, queue: DeliveryQueue, client: Redis, settings: InboxSettings) {
    this.#peers = peers;
    this.#queue = queue;
    this.#client = client;
    this.#settings = settings;
  }

  async stats(): Promise<InboxStats> {
    const key = (name: string) => this.#queue.toKey(name);
    const now = Date.now();
    const minuteAgo = now - RATE_WINDOW_MS;
    const counters = Array.from({ length: RATE_WINDOW_MS / COUNTER_MS }, (_, back) =>
      counterOf(now - back * COUNTER_MS),
    );
    // In one transaction: a delivery is never counted in two states.
    const [wait, paused, delayed, active, handled, dead, justHandled, justDead, oldest, oldestPaused, due, accepted] =
      await resultsOf(
        this.#client
          .multi()
          .llen(key('wait'))
          .llen(key('paused'))
          .zcard(key('delayed'))
          .llen(key('active'))
          .zcard(key('completed'))
          .zcard(key('failed'))
          .zcount(key('completed'), minuteAgo, '+inf')
          .zcount(key('failed'), minuteAgo, '+inf')
          .lindex(key('wait'), -1)
          .lindex(key('paused'), -1)
          .zrange(key('delayed'), 0, 99)
          .mget(...counters.map(key)),
      );
    const retrying = Number(delayed);
    return {
      waiting: Number(wait) + Number(paused) + retrying,
      retrying,
      running: Number(active),
      handled: Number(handled),
      dead: Number(dead),
      oldestWaitingMs: await this.#oldest([oldest, oldestPaused, ...(due as string[])]),
      paused: await this.#queue.isPaused(),
      lastMinute: {
        accepted: (accepted as (string | null)[]).reduce((sum, count) => sum + Number(count ?? 0), 0),
        handled: Number(justHandled),
        dead: Number(justDead),
      },
    };
  }

  async #oldest(ids: readonly unknown[]): Promise<number> {
    const pipeline = this.#client.pipeline();
    for (const id of ids) if (typeof id === 'string') pipeline.hget(this.#queue.toKey(id), 'timestamp');
    const times = (await resultsOf(pipeline)).flatMap((time) => (time === null ? [] : [Number(time)]));
    return times.length === 0 ? 0 : Math.max(0, Date.now() - Math.min(...times));
  }

  async deadLetters(limit: number): Promise<DeadRecord[]> {
    const jobs = await this.#queue.getJobs(['failed'], 0, limit - 1);
    return Promise.all(jobs.filter(isFound).map((job) => this.#deadRecord(job)));
  }

  async #deadRecord(job: DeliveryJob): Promise<DeadRecord> {
    const begun = await this.#client.hget(this.#queue.toKey(job.id ?? ''), BEGUN);
    const attempts = attemptsOfDead(attemptsOf(job, begun), this.#settings.maxAttempts);
    const { key, body, secretIndex, acceptedAt } = takenFrom(job, attempts);
    return {
      ...{ id: key, rawBody: body, secretIndex, attempts },
      ...parseFailure(job.failedReason ?? ''),
      ...{ acceptedAt, deadAt: job.finishedOn ?? acceptedAt },
    };
  }

  async retry(keys: readonly string[]): Promise<number> {
    const ids = keys.map(jobIdOf);
    const dead = await this.#withScoreIn('failed', ids);
    await this.#forgetDeath(dead);
    const retried = await this.#count(dead, 'failed', (job) =>
      job.retry('failed', { resetAttemptsMade: true, resetAttemptsStarted: true }),
    );
    const retrying = await this.#withScoreIn(
      'delayed',
      ids.filter((id) => !dead.includes(id)),
    );
    return retried + (await this.#count(retrying, 'delayed', (job) => job.promote()));
  }

  async discard(keys: readonly string[]): Promise<number> {
    const ids = keys.map(jobIdOf);
    const dead = await this.#withScoreIn('failed', ids);
    const others = ids.filter((id) => !dead.includes(id));
    const states = await Promise.all(others.map((id) => this.#queue.getJobState(id)));
    const waiting = others.filter((_, index) => /^(waiting|paused|delayed)$/.test(states[index] ?? ''));
    await this.#forgetDeath(dead);
    // 0: a worker holds it by now.
    const removed = await Promise.all([...dead, ...waiting].map((id) => this.#queue.remove(id)));
    return removed.filter((count) => count === 1).length;
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

  /** BullMQ's own reset leaves out the attempts that died; the set of the event is ours. */
  async #forgetDeath(ids: readonly string[]): Promise<void> {
    const hashes = ids.map((id) => this.#queue.toKey(id));
    const names = this.#client.pipeline();
    for (const hash of hashes) names.hget(hash, 'name');
    const found = await resultsOf(names);
    const pipeline = this.#client.pipeline();
    for (const [index, id] of ids.entries()) {
      const name = found[index];
      if (typeof name !== 'string') continue;
      pipeline.hdel(hashes[index] ?? '', 'stc', BEGUN);
      pipeline.zrem(this.#queue.toKey(deadSetOf(summaryOf(name).event)), id);
    }
    await resultsOf(pipeline);
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

/** A job that was removed meanwhile is undefined, though its type does not say so. */
function isFound(job: DeliveryJob | undefined): job is DeliveryJob {
  return job !== undefined;
}
