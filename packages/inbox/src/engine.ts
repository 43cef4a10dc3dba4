import type { RunResult } from './policy.js';
import type { InboxDeadLetter, InboxStats, Processing } from './types.js';

/** A delivery with its key, ready to be stored. */
export interface NewRecord {
  readonly key: string;
  /** The event's name, or null when the bytes are not an event. */
  readonly event: string | null;
  readonly body: Uint8Array;
  readonly secretIndex: number;
  /** The trace it was accepted in, as `carrier.ts` writes it. */
  readonly carrier: string | null;
}

/** A delivery leased for an attempt. */
export interface Taken extends NewRecord {
  /** 1 for the first attempt; attempts that died with their process count. */
  readonly attempt: number;
  /** Milliseconds since the epoch. */
  readonly acceptedAt: number;
}

/** Runs the handlers for a delivery; never rejects. */
export type RunHandlers = (taken: Taken) => Promise<RunResult>;

/** A dead letter before its event is parsed. */
export type DeadRecord = Omit<InboxDeadLetter, 'event'>;

/** What a database does for an inbox. */
export interface Engine {
  /** Resolves once the record is durable; true when its key was known. */
  accept(record: NewRecord): Promise<boolean>;
  consume(run: RunHandlers, concurrency: number): Processing;
  stats(): Promise<InboxStats>;
  deadLetters(limit: number): Promise<DeadRecord[]>;
  retry(id: string): Promise<boolean>;
  /** Called once, after every consumer was stopped. */
  close(): Promise<void>;
}
