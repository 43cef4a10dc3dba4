import type { Redis } from 'ioredis';
import type { DeadRecord } from '../engine.js';
import type { InboxSettings } from '../options.js';
import type { InboxStats } from '../types.js';
import { attemptsOf, BEGUN, type DeliveryJob, type DeliveryQueue, jobIdOf, parseFailure, takenFrom } from './jobs.js';

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
    const [counts, waiting, delayed] = await Promise.all([
      this.#queue.getJobCounts('wait', 'delayed', 'active', 'completed', 'failed'),
      this.#queue.getJobs(['wait'], 0, 0, true),
      this.#queue.getJobs(['delayed'], 0, 99, true),
    ]);
    const figure = (name: string) => counts[name] ?? 0;
    const accepted = [...waiting, ...delayed].filter(isFound).map(({ timestamp }) => timestamp);
    return {
      waiting: figure('wait') + figure('delayed'),
      retrying: figure('delayed'),
      running: figure('active'),
      handled: figure('completed'),
      dead: figure('failed'),
      oldestWaitingMs: accepted.length === 0 ? 0 : Math.max(0, Date.now() - Math.min(...accepted)),
    };
  }

  async deadLetters(limit: number): Promise<DeadRecord[]> {
    const jobs = await this.#queue.getJobs(['failed'], 0, limit - 1);
    return Promise.all(jobs.filter(isFound).map((job) => this.#deadRecord(job)));
  }

  async #deadRecord(job: DeliveryJob): Promise<DeadRecord> {
    const hash = this.#queue.toKey(job.id ?? '');
    const attempts = await attemptsOf(this.#client, hash, job, this.#settings.maxAttempts);
    const { key, body, secretIndex, acceptedAt } = takenFrom(job, attempts);
    return {
      ...{ id: key, rawBody: body, secretIndex, attempts },
      ...parseFailure(job.failedReason ?? ''),
      ...{ acceptedAt, deadAt: job.finishedOn ?? acceptedAt },
    };
  }

  async retry(id: string): Promise<boolean> {
    const job = await this.#queue.getJob(jobIdOf(id));
    if (job === undefined || !(await job.isFailed())) return false;
    // BullMQ's own reset leaves out the attempts that died.
    await this.#client.hdel(this.#queue.toKey(jobIdOf(id)), 'stc', BEGUN);
    try {
      await job.retry('failed', { resetAttemptsMade: true, resetAttemptsStarted: true });
      return true;
    } catch (error) {
      // Another call may have been first.
      if (await job.isFailed()) throw error;
      return false;
    }
  }
}

/** A job that was removed meanwhile is undefined, though its type does not say so. */
function isFound(job: DeliveryJob | undefined): job is DeliveryJob {
  return job !== undefined;
}
