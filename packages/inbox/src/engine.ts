import type { InboxState, RunResult } from './policy.js';
import type { RecordFilter } from './records/filter.js';
import type { InboxRecord, InboxRecordInfo } from './records/types.js';
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

/** A place in the order of a state's records: what they are ordered by, and what breaks ties. */
export interface Position {
  readonly at: number;
  readonly tie: string;
}

/** One look at the records of a state. */
export interface PageRequest {
  readonly state: InboxState;
  readonly filter: RecordFilter;
  /** Records behind this place only. */
  readonly after: Position | undefined;
  readonly limit: number;
  /** The order of settled records; those that are not settled always come the longest waiting first. */
  readonly oldestFirst: boolean;
}

/** What was found; fewer than asked for, even none, does not mean the end. */
export interface RecordPage {
  readonly items: readonly InboxRecordInfo[];
  /** Where to look next; undefined at the end. */
  readonly next: Position | undefined;
}

/** What a database does for an inbox. */
export interface Engine {
  /** Resolves once the record is durable; true when its key was known. */
  accept(record: NewRecord): Promise<boolean>;
  consume(run: RunHandlers, concurrency: number): Processing;
  stats(): Promise<InboxStats>;
  deadLetters(limit: number): Promise<DeadRecord[]>;
  /** A bounded part of the records of a state. */
  page(request: PageRequest): Promise<RecordPage>;
  get(id: string): Promise<InboxRecord | null>;
  /** Makes those that are dead or retrying due; how many. Few enough for one transaction. */
  retry(ids: readonly string[]): Promise<number>;
  /** Deletes those that are dead or waiting; how many. Few enough for one transaction. */
  discard(ids: readonly string[]): Promise<number>;
  /** For all processes, until it is changed. */
  setPaused(paused: boolean): Promise<void>;
  /** Called once, after every consumer was stopped. */
  close(): Promise<void>;
}
