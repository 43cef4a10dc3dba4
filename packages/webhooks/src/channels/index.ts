// What the toolkit publishes to `node:diagnostics_channel`; the inbox and the client publish through this entry.
export type { TraceChannel } from './channel.js';
export { traceChannel, tracedError } from './channel.js';
export type { OpenInbox } from './inboxes.js';
export { openInboxes } from './inboxes.js';
export { CHANNELS } from './names.js';
export type {
  AcceptTrace,
  ClientRequestTrace,
  DeliveryTrace,
  HandlerTrace,
  ProcessTrace,
  StoreTrace,
  TraceCarrier,
  TraceContext,
  TracedError,
} from './types.js';
