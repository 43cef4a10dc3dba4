import type { DeliveredEventType, EventType } from '@videocloud/webhooks/protocol';
import type { components } from '../generated/openapi.js';

type Schemas = components['schemas'];

/** An input of the spec, with arrays that may be read-only and members that may be `undefined`. */
type Input<T> = {
  [K in keyof T]: undefined extends T[K] ? Loose<T[K]> | undefined : Loose<T[K]>;
};
type Loose<T> = T extends readonly (infer U)[] ? readonly U[] : T;

/** A subscription as VideoCloud shows it, always without its secret. */
export type Webhook = Schemas['Webhook'];
/** One delivery of the history. */
export type Delivery = Schemas['Delivery'];
/** The id of a test delivery and its status. */
export type TestResult = Schemas['TestResult'];
/** A new subscription. */
export type CreateWebhookInput = Input<Schemas['WebhookCreate']>;
/** The members of a subscription to change. */
export type UpdateWebhookInput = Input<Schemas['WebhookUpdate']>;
/** The event to test with. */
export interface SendTestInput {
  event: DeliveredEventType;
}
/** The id of a webhook that no longer exists. */
export interface DeletedWebhook {
  id: string;
  deleted: true;
}

/** Options of every call. */
export interface CallOptions {
  /** Cancels the call, which then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** Which page of a list to get. */
export interface ListOptions extends CallOptions {
  /** Items on a page, 1 to 100. The server decides by default. */
  limit?: number | undefined;
  /** `nextCursor` of the page before. */
  cursor?: string | undefined;
}

/** One page of the webhooks of an account. */
export interface WebhookPage {
  items: Webhook[];
  /** Absent on the last page. */
  nextCursor?: string;
}

/** One page of the deliveries to a webhook. */
export interface DeliveryPage {
  /** The latest first. */
  items: Delivery[];
  /** How many there are on all pages. */
  total: number;
  /** Absent on the last page. */
  nextCursor?: string;
}

/** A subscription as it should be. */
export interface DesiredWebhook {
  /** Where to deliver: how `ensure` recognizes a webhook. */
  url: string;
  /** The names to subscribe to; the order does not count. */
  events: readonly EventType[];
  /** Sent when the webhook is created, and with `updateSecret`. Required for these only. */
  secret?: string | undefined;
}

/** The calls that `ensure`, `rotateSecret` and `health` are made of. */
export interface WebhookCalls {
  create(input: CreateWebhookInput, options?: CallOptions): Promise<Webhook>;
  listAll(options?: Omit<ListOptions, 'cursor'>): AsyncIterable<Webhook>;
  update(id: string, changes: UpdateWebhookInput, options?: CallOptions): Promise<Webhook>;
  delete(id: string, options?: CallOptions): Promise<DeletedWebhook>;
  listAllDeliveries(id: string, options?: Omit<ListOptions, 'cursor'>): AsyncIterable<Delivery>;
}
