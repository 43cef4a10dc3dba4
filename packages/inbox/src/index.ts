export type { InboxErrorCode } from './errors.js';
export { InboxError } from './errors.js';
export { openInbox } from './open-inbox.js';
export type { InboxErrorInfo, InboxOptions } from './options.js';
export type { InboxDeadReason, InboxState } from './policy.js';
export type {
  InboxActivity,
  InboxFilter,
  InboxListOptions,
  InboxOperations,
  InboxPage,
  InboxRates,
  InboxRecord,
  InboxRecordInfo,
  InboxRetryOptions,
} from './records/types.js';
export type {
  DeadLetterOptions,
  Dispatcher,
  Inbox,
  InboxDeadLetter,
  InboxDelivery,
  InboxHandler,
  InboxStats,
  Processing,
  ProcessOptions,
  StoredDelivery,
} from './types.js';
