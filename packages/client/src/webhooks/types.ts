import type { DeliveredEventType, EventType } from '../events.js';
import type { components } from '../generated/openapi.js';

type Schemas = components['schemas'];

/** An input as the spec has it, with arrays that may be read-only and members that may be `undefined`. */
type Input<T> = {
  [K in keyof T]: undefined extends T[K] ? Loose<T[K]> | undefined : Loose<T[K]>;
};
type Loose<T> = T extends readonly (infer U)[] ? readonly U[] : T;

/** A subscription as VideoCloud shows it. The secret is never shown. */
export type Webhook = Schemas['Webhook'];
/** A line of the delivery history. */
export type Delivery = Schemas['Delivery'];
/** What a test delivery was answered with. */
export type TestResult = Schemas['TestResult'];
/** A new subscription. */
export type CreateWebhookInput = Input<Schemas['WebhookCreate']>;
/** The members of a subscription to change. */
export type UpdateWebhookInput = Input<Schemas['WebhookUpdate']>;
/** The event to test with. */
export interface SendTestInput {
  event: DeliveredEventType;
}
export interface DeletedWebhook {
  id: string;
  deleted: true;
}

export interface CallOptions {
  /** Gives the call up; it rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

export interface ListOptions extends CallOptions {
  /** Items a page, 1 to 100. Left out, the server decides. */
  limit?: number | undefined;
  /** `nextCursor` of the page before. */
  cursor?: string | undefined;
}

export interface WebhookPage {
  items: Webhook[];
  /** Absent on the last page. */
  nextCursor?: string;
}

export interface DeliveryPage {
  /** The latest first. */
  items: Delivery[];
  /** Of all pages. */
  total: number;
  /** Absent on the last page. */
  nextCursor?: string;
}

/** A subscription as it should be. */
export interface DesiredWebhook {
  url: string;
  events: readonly EventType[];
  /** Sent when the webhook is created, and with `updateSecret`; needed for these only. */
  secret?: string | undefined;
}
