import type { EmitInput } from './events.js';
import { openSender } from './open.js';
import { type SenderOptions, settingsOf } from './options.js';
import type {
  DeliveryDetail,
  DeliveryRecord,
  DeliveryStatus,
  ProbeRecord,
  SenderActivity,
  WebhookRecord,
} from './types.js';

export interface EmitResult {
  /** One for each webhook that is active and subscribed; empty when none is. */
  readonly deliveryIds: readonly string[];
}

export interface DeliveryQuery {
  readonly webhookId?: string | undefined;
  readonly status?: DeliveryStatus | undefined;
  /** 1 to 1 000; default 100. */
  readonly limit?: number | undefined;
  /** The last id of the page before: only older deliveries are answered. */
  readonly before?: string | undefined;
}

export interface DeliveryPage {
  /** The latest first. */
  readonly items: readonly DeliveryRecord[];
  readonly more: boolean;
}

export interface ProbeRequest {
  readonly url: string;
  /** Exactly these are sent, besides those that HTTP itself needs. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** A running reference VideoCloud. */
export interface Sender {
  /** The management API, for a server or called directly. */
  readonly fetch: (request: Request) => Promise<Response>;
  /** Queues an event for every active webhook subscribed to it; resolves once that is durable. Throws TypeError for what is no event. */
  emit(input: EmitInput): Promise<EmitResult>;
  /** Moves the virtual clock by `ms`, stopping at everything due on the way; resolves when all of it is settled. Throws TypeError with a real clock. */
  advance(ms: number): Promise<void>;
  /** Resolves when nothing is due, under way or unrecorded; retries that are due later do not count. */
  idle(): Promise<void>;
  /**
   * Makes one attempt by hand, in place of the automatic one that is pending, and resolves with the delivery after it. Works for finished
   * deliveries and for failed webhooks too (which it does not re-activate). Throws Error for an unknown delivery or a deleted webhook.
   */
  resend(deliveryId: string): Promise<DeliveryRecord>;
  /** Serves the management API; port 0 (default) is any free one, the host is 127.0.0.1 by default. */
  listen(port?: number, host?: string): Promise<{ readonly url: string }>;
  /** Starts nothing more, finishes the attempts under way, then closes servers and database. What is queued stays queued. */
  close(): Promise<void>;
  /** All webhooks, in the order of creation. */
  webhooks(): readonly WebhookRecord[];
  /** The history over all webhooks, deleted ones included. */
  deliveries(query?: DeliveryQuery): DeliveryPage;
  /** One delivery with its attempts: request bytes and headers, answer, duration, error, trigger. */
  delivery(deliveryId: string): DeliveryDetail | undefined;
  /** Calls `listener` for everything that happens, after it is durable; returns the function that ends it. */
  subscribe(listener: (activity: SenderActivity) => void): () => void;
  /** The delays between attempts, in milliseconds; their number plus one is the number of attempts of a delivery. */
  readonly schedule: readonly number[];
  /** The sender's time, in milliseconds since the epoch, and whether `advance` moves it. */
  clock(): { readonly virtual: boolean; readonly now: number };
  /** The secret of a webhook, for tools in this process; the API never answers it. Undefined for an unknown or deleted webhook. */
  secretOf(webhookId: string): Uint8Array | undefined;
  /**
   * Makes one request of exactly these headers and bytes, through the same address guard and deadline as a delivery. It is in no history,
   * is never retried and switches nothing off. Throws TypeError for what is no http(s) URL.
   */
  probe(request: ProbeRequest): Promise<ProbeRecord>;
}

/**
 * Starts a reference VideoCloud: management API, delivery engine with the documented retries, durable store.
 *
 * Throws TypeError for options that make no sense, and Error when the database cannot be opened or is in use.
 *
 * @example
 * ```ts
 * import { createSender } from '@videocloud/webhooks-sender';
 *
 * const sender = createSender({ clock: 'virtual', allowPrivateAddresses: true });
 * const { url } = await sender.listen();
 * await fetch(`${url}/webhooks`, {
 *   method: 'POST',
 *   headers: { 'content-type': 'application/json' },
 *   body: JSON.stringify({ url: 'http://127.0.0.1:3000/webhooks', events: ['video.published'], secret: 'your_webhook_secret' }),
 * });
 * await sender.emit({ event: 'video.published', data: { videoId: 'vid_1' } });
 * await sender.advance(111 * 60_000);
 * await sender.close();
 * ```
 * @see the webhook guide, "Обработка ошибок и повторные попытки"
 */
export function createSender(options: SenderOptions = {}): Sender {
  return openSender(options, settingsOf(options));
}
