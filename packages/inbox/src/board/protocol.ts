// What the board's server and its page say to each other.
import type { InboxState } from '../policy.js';
import type { InboxActivity, InboxRecordInfo } from '../records/types.js';
import type { InboxStats } from '../types.js';

export const STATES = ['dead', 'running', 'retrying', 'waiting', 'handled'] as const satisfies readonly InboxState[];

/** Sent with every write: another site cannot set it without a preflight, which is never granted. */
export const WRITE_HEADER = 'x-videocloud-board';

/** What `/api/stats` answers. */
export interface StatsView extends InboxStats, InboxActivity {
  /** The server's time, in milliseconds since the epoch. */
  readonly now: number;
}

/** One thing that does not fit, and where: `data.formats.0.url`. */
export interface IssueView {
  readonly path: string;
  readonly message: string;
}

/** What the library's own checks say of stored bytes. */
export type Fit =
  | { readonly kind: 'fits' }
  | { readonly kind: 'body_not_utf8' | 'body_not_json' | 'envelope_invalid'; readonly message: string }
  | { readonly kind: 'unknown_event' | 'payload_invalid'; readonly issues: readonly IssueView[] };

/** What `/api/record` answers. */
export interface RecordView extends InboxRecordInfo {
  /** Base64; the first `BODY_LIMIT` bytes. */
  readonly body: string;
  readonly fit: Fit;
}

/** What `/api/records` answers. */
export interface PageView {
  readonly items: readonly InboxRecordInfo[];
  readonly nextCursor?: string;
}

/** What `/api/count` answers: a part of the count, and where the next part begins. */
export interface CountView {
  readonly count: number;
  /** Bounds the records that were counted; given back, it bounds those that are retried or discarded. */
  readonly until: number;
  readonly nextCursor?: string;
}

/** What `/api/retry` and `/api/discard` answer. */
export interface DoneView {
  readonly count: number;
}

export type RefusalCode =
  | 'not_authorized'
  | 'read_only'
  | 'foreign_origin'
  | 'method_not_allowed'
  | 'not_found'
  | 'no_record'
  | 'invalid_parameter'
  | 'unavailable'
  | 'fault';

/** The body of every answer that is not 2xx. */
export interface RefusalView {
  readonly error: { readonly code: RefusalCode; readonly message: string };
}

/** The most bytes of a body that the page shows. */
export const BODY_LIMIT = 1_048_576;
/** Rows on a page of the list. */
export const PAGE_SIZE = 50;
