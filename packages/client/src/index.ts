export type { DeliveredEventType, EventType } from '@videocloud/webhooks/protocol';
export { DELIVERED_EVENT_TYPES, EVENT_TYPES } from '@videocloud/webhooks/protocol';
export { VideoCloud } from './client.js';
export {
  type ApiErrorCode,
  type ErrorDetail,
  VideoCloudApiError,
  VideoCloudConnectionError,
  VideoCloudError,
  VideoCloudTimeoutError,
} from './errors.js';
export type { components, operations, paths } from './generated/openapi.js';
export type { VideoCloudOptions } from './options.js';
export type { EnsureOptions, EnsurePlan, Prune, WebhookChanges } from './webhooks/ensure.js';
export type { WebhookHealth } from './webhooks/health.js';
export type { RotatedSecret, RotateSecretOptions } from './webhooks/rotate-secret.js';
export type {
  CallOptions,
  CreateWebhookInput,
  DeletedWebhook,
  Delivery,
  DeliveryPage,
  DesiredWebhook,
  ListOptions,
  SendTestInput,
  TestResult,
  UpdateWebhookInput,
  Webhook,
  WebhookPage,
} from './webhooks/types.js';
export type { Webhooks } from './webhooks/webhooks.js';
