import type { Taken } from '../engine.js';

/** A delivery and its job in pg-boss. */
export interface TakenJob extends Taken {
  readonly job: string;
  readonly queue: string;
}

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
