import type { Redis } from 'ioredis';
import type { DeadRecord } from '../engine.js';
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
  parseFailure,
  resultsOf,
  takenFrom,
} from './jobs.js';

/** Figures and dead letters. */
export class RedisRecords {
  readonly #queue: DeliveryQueue;
  readonly #client: Redis;
  readonly #settings: InboxSettings;

  constructor(queue: DeliveryQueue, client: Redis, settings: InboxSettings) {
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
}

/** A job that was removed meanwhile is undefined, though its type does not say so. */
function isFound(job: DeliveryJob | undefined): job is DeliveryJob {
  return job !== undefined;
}
