export type { VerifiedRequest } from './guard.js';
export { VideoCloudSignatureGuard } from './guard.js';
export type { VideoCloudDelivery } from './handlers.js';
export { VideoCloudWebhooksModule } from './module.js';
export type { HandlerDecorator } from './on-event.js';
export { OnVideoCloudEvent } from './on-event.js';
export type {
  EnvOption,
  GuardOptions,
  ModuleName,
  RouteOptions,
  VideoCloudWebhooksAsyncOptions,
  VideoCloudWebhooksOptions,
  VideoCloudWebhooksOptionsFactory,
} from './options.js';
export { InjectVideoCloudReceiver, videoCloudReceiver } from './tokens.js';
