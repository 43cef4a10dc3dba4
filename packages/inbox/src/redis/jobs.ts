import { createHash } from 'node:crypto';
import type { Queue } from 'bullmq';

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
