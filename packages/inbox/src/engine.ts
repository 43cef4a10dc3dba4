import type { InboxDeadLetter, InboxStats, Processing } from './types.js';

/** A delivery with its key, ready to be stored. */
export interface NewRecord {
  readonly key: string;
  readonly body: Uint8Array;
  readonly secretIndex: number;
}

/** A delivery taken out to be tried. */
export interface Taken extends NewRecord {
  /** 1 for the first attempt; attempts that died with their process count. */
  readonly attempt: number;
}

/** How an attempt ended. `final`: the same bytes will fail again. */
export type Ending =
  | { readonly state: 'handled' }
  | { readonly state: 'failed'; readonly error: string; readonly final: boolean };

/** How a delivery ends whose last permitted attempt took the process with it. */
export const DIED: Ending = { state: 'failed', error: 'The process ended during the last attempt', final: true };

/**
 * How many attempts of a delivery must have died before it may be what kills its workers. A worker runs one such delivery
 * at a time, so that a poisonous one cannot use up the attempts of those beside it; after one death all are equal, so
 * that a worker that was merely restarted catches up at full speed.
 */
export const SUSPECT_AFTER = 2;

/** Tries a delivery; never rejects. */
export type Attempt = (taken: Taken) => Promise<Ending>;

/** A dead letter before its event is read. */
export type DeadRecord = Omit<InboxDeadLetter, 'event'>;

/** What a database does for an inbox. */
export interface Engine {
  /** Resolves once the record is durable; true when its key was known. */
  accept(record: NewRecord): Promise<boolean>;
  consume(attempt: Attempt, concurrency: number): Processing;
  stats(): Promise<InboxStats>;
  deadLetters(limit: number): Promise<DeadRecord[]>;
  retry(id: string): Promise<boolean>;
  /** Called once, after every consumer was stopped. */
  close(): Promise<void>;
}
