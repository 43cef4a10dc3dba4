// Each apart as well: a bundle holds the names it uses.
export const DELIVERY_CHANNEL = 'videocloud-webhooks.delivery';
export const HANDLER_CHANNEL = 'videocloud-webhooks.handler';
export const STORE_CHANNEL = 'videocloud-webhooks.store';

/**
 * The names of the tracing channels, for `diagnostics_channel.tracingChannel(name)`.
 *
 * Each has the messages `start`, `end`, `asyncStart`, `asyncEnd` and `error`, with one context object.
 *
 * @example
 * ```ts
 * import { tracingChannel } from 'node:diagnostics_channel';
 * import { CHANNELS, type DeliveryTrace } from '@videocloud/webhooks/channels';
 *
 * tracingChannel<unknown, DeliveryTrace>(CHANNELS.delivery).asyncEnd.subscribe((message) => {
 *   const { result, status, event } = message as DeliveryTrace;
 *   console.log(result, status, event);
 * });
 * ```
 * @see https://nodejs.org/api/diagnostics_channel.html#tracingchannel-channels
 */
export const CHANNELS = {
  /** One delivery, refusals included: `DeliveryTrace`. */
  delivery: DELIVERY_CHANNEL,
  /** The handlers of one delivery: `HandlerTrace`. */
  handler: HANDLER_CHANNEL,
  /** One step of the idempotency store: `StoreTrace`. */
  store: STORE_CHANNEL,
  /** The inbox accepts a delivery: `AcceptTrace`. */
  inboxAccept: 'videocloud-webhooks-inbox.accept',
  /** A worker of the inbox handles a record: `ProcessTrace`. */
  inboxProcess: 'videocloud-webhooks-inbox.process',
  /** A request of the management client: `ClientRequestTrace`. */
  clientRequest: 'videocloud-webhooks-client.request',
} as const;
