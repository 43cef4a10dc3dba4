import { createHash } from 'node:crypto';
import type { Job, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Taken } from '../engine.js';
import { type InboxDeadReason, type Settlement, SUSPECT_AFTER } from '../policy.js';

/** What a job carries; bytes are base64, as BullMQ keeps JSON. */
export interface JobData {
  readonly key: string;
  readonly event: string | null;
  readonly body: string;
  readonly size: number;
  readonly secretIndex: number;
  readonly carrier: string | null;
}

export type DeliveryQueue = Queue<JobData>;
export type DeliveryJob = Job<JobData>;

const DIGEST = /^[0-9a-f]{64}$/;

/** The job id of a delivery key. BullMQ takes no colon and no number for an id, so keys of one's own are digested. */
export function jobIdOf(key: string): string {
  return DIGEST.test(key) ? key : `key-${createHash('sha256').update(key).digest('hex')}`;
}

/** The delivery in a job. */
export function takenFrom({ data, timestamp }: DeliveryJob, attempt: number): Taken {
  const { key, event, body, secretIndex, carrier } = data;
  return { key, event, body: Buffer.from(body, 'base64'), secretIndex, carrier, attempt, acceptedAt: timestamp };
}

/** The field of a suspect's hash that counts the attempts that have begun. */
export const BEGUN = 'begun';

/** Whether a delivery may be what kills its workers. */
export function isSuspect(job: DeliveryJob): boolean {
  return job.stalledCounter >= SUSPECT_AFTER;
}

/**
 * The number of the attempt that begins now. BullMQ's count of starts would count deliveries that were put back, too, and
 * its count of deaths those that died beside a poisonous one before they were put back: a suspect's attempts are counted
 * as they begin.
 */
export async function beginAttempt(client: Redis, hash: string, job: DeliveryJob): Promise<number> {
  if (!isSuspect(job)) return job.attemptsMade + job.stalledCounter + 1;
  // In two steps: only who holds the job's lock writes this.
  const begun = Number((await client.hget(hash, BEGUN)) ?? job.attemptsMade + SUSPECT_AFTER) + 1;
  await client.hset(hash, BEGUN, begun);
  return begun;
}

/** How many attempts a delivery that was given up had. */
export async function attemptsOf(client: Redis, hash: string, job: DeliveryJob, maxAttempts: number): Promise<number> {
  const begun = isSuspect(job) ? await client.hget(hash, BEGUN) : null;
  const attempts = begun === null ? job.attemptsMade + job.stalledCounter : Number(begun);
  // The last of those that died is counted again when it is given up.
  return Math.max(1, Math.min(attempts, maxAttempts));
}

const REASONS: readonly string[] = [
  'handler_failed',
  'handler_timeout',
  'payload_invalid',
  'rejected',
  'process_died',
] satisfies InboxDeadReason[];

/** The one text that BullMQ keeps with a failed job: the reason, then the error. */
export function failureText({ reason, error }: Settlement & { readonly state: 'dead' }): string {
  return `${reason}: ${error}`;
}

export function parseFailure(text: string): { reason: InboxDeadReason; error: string } {
  const [, reason = '', error = ''] = /^(\w+): ([\s\S]*)$/.exec(text) ?? [];
  return isReason(reason) ? { reason, error } : { reason: 'handler_failed', error: text };
}

function isReason(text: string): text is InboxDeadReason {
  return REASONS.includes(text);
}
