import { createHash } from 'node:crypto';
import type { Job, Queue, Worker } from 'bullmq';
import { SUSPECT_AFTER } from '../engine.js';

export type Bull = typeof import('bullmq');

/** What a job carries; bytes are base64, as BullMQ keeps JSON. */
export interface JobData {
  readonly key: string;
  readonly body: string;
  readonly secretIndex: number;
}

export type DeliveryQueue = Queue<JobData>;

const DIGEST = /^[0-9a-f]{64}$/;

/** The job id of a delivery key. BullMQ takes no colon and no number for an id, so keys of one's own are digested. */
export function jobIdOf(key: string): string {
  return DIGEST.test(key) ? key : `key-${createHash('sha256').update(key).digest('hex')}`;
}

/** The field of a suspect's hash that tells how many of its attempts have begun. */
export const BEGUN = 'begun';

/** Whether a delivery may be what kills its workers. */
export function isSuspect(job: Job<JobData>): boolean {
  return job.stalledCounter >= SUSPECT_AFTER;
}

/**
 * The number of the attempt that begins now. BullMQ's count of starts would count deliveries that were put back, too, and
 * its count of deaths those that died beside a poisonous one before they were put back: a suspect's attempts are counted
 * as they begin.
 */
export async function beginAttempt(worker: Worker<JobData>, job: Job<JobData>): Promise<number> {
  if (!isSuspect(job)) return job.attemptsMade + job.stalledCounter + 1;
  const client = await worker.client;
  const key = worker.toKey(job.id ?? '');
  // In two steps: only who holds the job's lock writes this.
  const begun = Number((await client.hget(key, BEGUN)) ?? job.attemptsMade + SUSPECT_AFTER) + 1;
  await client.hset(key, { [BEGUN]: begun });
  return begun;
}

/** How many attempts a delivery that was given up had. */
export async function attemptsOf(client: Client, key: string, job: Job<JobData>): Promise<number> {
  const begun = isSuspect(job) ? await client.hget(key, BEGUN) : null;
  const attempts = begun === null ? job.attemptsMade + job.stalledCounter : Number(begun);
  // The last of those that died is counted again when it is given up.
  return Math.min(attempts, job.opts.attempts ?? attempts);
}

type Client = Awaited<DeliveryQueue['client']>;
