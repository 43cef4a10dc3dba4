import { randomBytes } from 'node:crypto';
import type { Job, Queue } from 'bullmq';
import type { ChainableCommander, Redis } from 'ioredis';
import type { NewRecord, Taken } from '../engine.js';
import { type InboxDeadReason, type Settlement, SUSPECT_AFTER } from '../policy.js';
import { sha256Hex } from '../sha256.js';

/** What a job carries; bytes are base64, as BullMQ keeps JSON. */
export interface JobData {
  readonly body: string;
  readonly carrier: string | null;
}

export type DeliveryQueue = Queue<JobData>;
export type DeliveryJob = Job<JobData>;

/** What a job's name holds, apart from the data, so that lists need not read bodies. */
export interface JobSummary {
  readonly key: string;
  readonly event: string | null;
  readonly size: number;
  readonly secretIndex: number;
}

const PROCESS_ID = randomBytes(9).toString('base64url');
let names = 0;

/** A job's name; no two calls give the same, so that the stored name shows whose job it is. */
export function jobNameOf({ key, event, body, secretIndex }: NewRecord): string {
  return JSON.stringify([event, body.byteLength, secretIndex, key, `${PROCESS_ID}-${++names}`]);
}

export function summaryOf(name: string): JobSummary {
  const [event, size, secretIndex, key] = JSON.parse(name) as [string | null, number, number, string];
  return { key, event, size, secretIndex };
}

const DIGEST = /^[0-9a-f]{64}$/;

/** The job id of a delivery key. BullMQ takes no colon and no number for an id, so keys of one's own are digested. */
export function jobIdOf(key: string): string {
  return DIGEST.test(key) ? key : `key-${sha256Hex(key)}`;
}

/** The delivery in a job. */
export function takenFrom({ name, data, timestamp }: DeliveryJob, attempt: number): Taken {
  const { key, event, secretIndex } = summaryOf(name);
  const { body, carrier } = data;
  return { key, event, body: Buffer.from(body, 'base64'), secretIndex, carrier, attempt, acceptedAt: timestamp };
}

/** Our sorted set of the jobs that died with an event of this name, by the time of death. */
export function deadSetOf(event: string | null): string {
  return event === null ? 'dead-without-event' : `dead-with:${event}`;
}

/** Our counter of the deliveries accepted in a few seconds, and how many of them make up `RATE_WINDOW_MS`. */
export const COUNTER_MS = 5_000;
export function counterOf(time: number): string {
  return `accepted:${Math.floor(time / COUNTER_MS)}`;
}

/** The field of a suspect's hash that counts the attempts that have begun. */
export const BEGUN = 'begun';

/** How a job's attempts are counted. */
export type Attempts = Pick<DeliveryJob, 'attemptsMade' | 'stalledCounter'>;

/** Whether a delivery may be what kills its workers. */
export function isSuspect({ stalledCounter }: Attempts): boolean {
  return stalledCounter >= SUSPECT_AFTER;
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

/** How many attempts have begun; `begun` is what a suspect's hash holds. */
export function attemptsOf(job: Attempts, begun: string | null | undefined, running = false): number {
  if (isSuspect(job) && begun != null) return Number(begun);
  return job.attemptsMade + job.stalledCounter + (running ? 1 : 0);
}

/** Of a dead letter: the last of the attempts that died is counted again then. */
export function attemptsOfDead(attempts: number, maxAttempts: number): number {
  return Math.max(1, Math.min(attempts, maxAttempts));
}

/** What the commands of a pipeline gave, in their order; the first error is thrown. */
export async function resultsOf(pipeline: ChainableCommander): Promise<unknown[]> {
  const results = (await pipeline.exec()) ?? [];
  return results.map(([error, result]) => {
    if (error !== null) throw error;
    return result;
  });
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
