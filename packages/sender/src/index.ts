export type { AttemptErrorCode } from './delivery/attempt-error.js';
export type { EmitInput } from './events.js';
export type { AttemptInfo, ExtraHeaders, SenderOptions } from './options.js';
export type { Sender } from './sender.js';
export { createSender } from './sender.js';
export { isPublicAddress } from './ssrf/address.js';
export type { Connector, Lookup } from './ssrf/connector.js';
export type {
  AttemptRecord,
  DeliveryDetail,
  DeliveryPage,
  DeliveryQuery,
  DeliveryRecord,
  DeliverySearch,
  DeliveryStatus,
  EmitResult,
  FoundDeliveries,
  ProbeRecord,
  ProbeRequest,
  SenderActivity,
  Trigger,
  WebhookRecord,
} from './types.js';
