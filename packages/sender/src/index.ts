export type { AttemptErrorCode } from './engine/errors.js';
export type { EmitInput } from './events.js';
export { isPublicAddress } from './guard/address.js';
export type { Connector, Lookup } from './guard/connector.js';
export type { AttemptInfo, ExtraHeaders, SenderOptions } from './options.js';
export type { DeliveryPage, DeliveryQuery, EmitResult, ProbeRequest, Sender } from './sender.js';
export { createSender } from './sender.js';
export type {
  AttemptRecord,
  DeliveryDetail,
  DeliveryRecord,
  DeliveryStatus,
  ProbeRecord,
  SenderActivity,
  Trigger,
  WebhookRecord,
} from './types.js';
