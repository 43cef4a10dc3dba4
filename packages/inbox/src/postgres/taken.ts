import type { Taken } from '../engine.js';

/** A job that a worker holds. */
export interface Lease {
  readonly job: string;
  readonly queue: string;
  /** The server's time in seconds; it tells this lease from a later one of the same job. */
  readonly leasedAt: string;
}

/** A delivery and its job in pg-boss. */
export type TakenJob = Taken & Lease;

/** A delivery that a worker takes, as it is selected. */
export interface JobRow {
  key: string;
  job: string;
  event: string | null;
  body: Buffer;
  secret_index: number;
  carrier: string | null;
  attempts: number;
  accepted_at: number;
  leased_at: string;
}

export const NO_BYTES = Buffer.alloc(0);

export function takenFrom(row: JobRow, attempt: number): Taken {
  const { key, event, body, secret_index: secretIndex, carrier, accepted_at: acceptedAt } = row;
  return { key, event, body, secretIndex, carrier, attempt, acceptedAt };
}

/** Selects a time in milliseconds since the epoch: its text depends on the database's DateStyle. */
export function msOf(column: string, alias = column): string {
  return `floor(extract(epoch FROM ${column}) * 1000)::bigint AS ${alias}`;
}

/** A time to the microsecond, as text that depends on no setting. */
export function secondsOf(column: string): string {
  return `extract(epoch FROM ${column})::text`;
}
