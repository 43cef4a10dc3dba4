export { CHANNELS } from './channels/names.js';
export type { TraceCarrier } from './channels/types.js';
export type { WebhookErrorCode, WebhookErrorOptions } from './errors.js';
export { isWebhookError, WebhookError } from './errors.js';
export type { Issue } from './events/envelope.js';
export { parseEvent } from './events/envelope.js';
export type { EventSchema } from './events/event-schema.js';
export { eventSchema } from './events/event-schema.js';
export type { SchemaOutput, StandardIssue, StandardResult, StandardSchema } from './events/standard-schema.js';
export type { EventValidation } from './events/type-guards.js';
export {
  isEngagementEvent,
  isEvent,
  isKnownEvent,
  isSystemEvent,
  isUserEvent,
  isVideoEvent,
  validateEvent,
} from './events/type-guards.js';
export type {
  DeliveredEventType,
  EventDataMap,
  EventOf,
  EventPattern,
  EventType,
  HandledEvent,
  KnownEvent,
  OpenData,
  UnknownEvent,
  WebhookEvent,
} from './events/types.js';
export type { HeadersLike } from './http/incoming-request.js';
export { DELIVERED_EVENT_TYPES, EVENT_TYPES } from './protocol/events.js';
export { SIGNATURE_HEADER } from './protocol/signature-header.js';
export type { Context, Delivery } from './receiver/context.js';
export type { Handler } from './receiver/handlers.js';
export type {
  DeadLetter,
  DeliveryInbox,
  Duplicate,
  EnvContext,
  ErrorInfo,
  Explain,
  IdempotencyOptions,
  InboxSource,
  OutcomeInfo,
  ReceiverOptions,
  StoreSource,
  Unhandled,
  VerifyOptions,
} from './receiver/options.js';
export type { Outcome, UnhandledReason } from './receiver/outcome.js';
export type {
  DispatchOptions,
  ExecutionContextLike,
  ReceivedDelivery,
  ReceiveOptions,
  Receiver,
  SchemaEvent,
} from './receiver/receiver.js';
export { createReceiver } from './receiver/receiver.js';
export type { RawBody } from './signature/bytes.js';
export type { ConstructEventOptions } from './signature/construct-event.js';
export { constructEvent } from './signature/construct-event.js';
export type { Secret, SecretSource, Secrets } from './signature/secrets.js';
export { generateSecret, sign } from './signature/sign.js';
export type { Verification } from './signature/verify.js';
export { verify } from './signature/verify.js';
export type { Claim, IdempotencyStore } from './stores/idempotency-store.js';
export type { MemoryStoreOptions } from './stores/memory.js';
export { memoryStore } from './stores/memory.js';
