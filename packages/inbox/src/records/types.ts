import type { InboxDeadReason, InboxState } from '../policy.js';

/** Which records to list, retry or discard. Every member that is given must match. */
export interface InboxFilter {
  /**
   * `waiting` includes `retrying`, as in `stats()`. Without it `list` takes all states, `retry` and `discard` take the
   * dead letters.
   */
  state?: InboxState | undefined;
  /** The exact name of the event; null for bytes that are not an event. */
  event?: string | null | undefined;
  /**
   * The earliest time, inclusive, in milliseconds since the epoch. A dead or handled record has the time at which it was
   * settled, any other the time at which it was accepted.
   */
  since?: number | undefined;
  /** The latest time, exclusive, in milliseconds since the epoch; of the same times as `since`. */
  until?: number | undefined;
  /**
   * A part of the stored error, upper and lower case as written. No index serves it: every record that the other
   * members leave is looked at.
   */
  error?: string | undefined;
}

/** The options of `list`: a filter, and which page. */
export interface InboxListOptions extends InboxFilter {
  /** The most to return, 1 to 1000; default 50. */
  limit?: number | undefined;
  /** `nextCursor` of the page before, with the same filter. */
  cursor?: string | undefined;
}

/** A record without its bytes, as `list` gives it. All times are milliseconds since the epoch. */
export interface InboxRecordInfo {
  /** The delivery key; what `get`, `retry` and `discard` take. */
  id: string;
  state: InboxState;
  /** The name of the event, or null when the bytes are not an event. Signed by the sender, but not checked: escape it. */
  event: string | null;
  /** The length of the raw body in bytes. */
  size: number;
  /** Which of the receiver's secrets signed it. */
  secretIndex: number;
  /** How many attempts have begun. */
  attempts: number;
  /** Why it is dead; null in any other state. */
  reason: InboxDeadReason | null;
  /** What the last failed attempt threw; null before one failed and once it is handled. */
  error: string | null;
  acceptedAt: number;
  /** When the next attempt is due; null unless it waits. */
  dueAt: number | null;
  /** When it was handled or became a dead letter; null before. */
  settledAt: number | null;
}

/** A record with its bytes, as `get` gives it. */
export interface InboxRecord extends InboxRecordInfo {
  /** The exact bytes that were signed. */
  rawBody: Uint8Array;
}

/** A page of records. */
export interface InboxPage {
  items: InboxRecordInfo[];
  /** Gives the next page; absent on the last one. */
  nextCursor?: string;
}

/** The options of `retry`. */
export interface InboxRetryOptions {
  /** The most records that become due in a second; without it, as many as the database takes. */
  perSecond?: number | undefined;
}

/** What happened in the last minute, over all processes that share the inbox. */
export interface InboxRates {
  /** Deliveries that were new. */
  accepted: number;
  handled: number;
  /** Deliveries that became dead letters. */
  dead: number;
}

/** What `stats()` has beside the counts by state. */
export interface InboxActivity {
  /** Whether `pause()` is in force. */
  paused: boolean;
  lastMinute: InboxRates;
}

/** What an operator does to the records of an inbox; part of `Inbox`. */
export interface InboxOperations {
  /**
   * Lists records without their bytes, a page at a time. Dead and handled records come the last settled first, any others
   * about the longest waiting first. Without `state` it lists one state after the other: dead, running, waiting, handled.
   *
   * The cursor names a place in the order and not a number of records: records that come and go shift no page. A record
   * that changes its state meanwhile can be on a later page once more.
   *
   * @throws TypeError (as a rejection) for an unknown option or a wrong value
   * @throws InboxError (as a rejection) `cursor_invalid` when the cursor is not from a page of the same `state`
   */
  list(options?: InboxListOptions): Promise<InboxPage>;
  /** The record with this id and its bytes, in whatever state it is; null when there is none. */
  get(id: string): Promise<InboxRecord | null>;
  /**
   * Makes dead letters due again, the oldest first; resolves with how many.
   *
   * A dead letter starts over with all its attempts. A record that is `retrying` becomes due now and keeps its count. A
   * record that runs, waits for its first attempt or is handled is left alone: 0. What fails again while a filter is worked
   * through is not retried again by the same call.
   *
   * @throws TypeError (as a rejection) for an unknown member of the filter, or a state that cannot be retried
   * @example
   * ```ts
   * import { openInbox } from '@videocloud/webhooks-inbox';
   *
   * const inbox = await openInbox(process.env.INBOX_URL ?? 'file:inbox.db');
   * const retried = await inbox.retry({ event: 'video.processed', error: 'no such table' }, { perSecond: 200 });
   * console.log(`${retried} dead letters are due again`);
   * await inbox.close();
   * ```
   */
  retry(which: string | InboxFilter, options?: InboxRetryOptions): Promise<number>;
  /**
   * Deletes records and their bytes; resolves with how many. Nothing brings them back.
   *
   * Takes dead letters and records that wait. A record that runs is left alone, since its handler is at work, and so is a
   * handled one, since its key keeps copies from being handled again. A discarded key is forgotten: a later copy is a new delivery.
   *
   * @throws TypeError (as a rejection) for an unknown member of the filter, or a state that cannot be discarded
   */
  discard(which: string | InboxFilter): Promise<number>;
  /**
   * Lets no further handler start, in all processes that share the inbox, until `resume()`; a restart changes nothing. What
   * runs is finished, and deliveries are still accepted. Another process may start handlers for up to its `pollInterval`.
   */
  pause(): Promise<void>;
  /** Ends a pause; without one it changes nothing. */
  resume(): Promise<void>;
}
