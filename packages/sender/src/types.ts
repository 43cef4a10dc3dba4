import type { AttemptErrorCode } from './delivery/attempt-error.js';

/** How a delivery stands: `pending` while attempts are left. */
export type DeliveryStatus = 'pending' | 'success' | 'failed';

/** What an attempt was made for: the event, a retry of the schedule, the test operation, or `resend`. */
export type Trigger = 'event' | 'retry' | 'test' | 'manual';

/** A subscription, without its secret. Times are RFC 3339. */
export interface WebhookRecord {
  readonly id: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly status: 'active' | 'failed';
  readonly createdAt: string;
  readonly lastDelivery?: { readonly success: boolean; readonly timestamp: string };
}

/** A delivery in the history. Times are RFC 3339. */
export interface DeliveryRecord {
  readonly id: string;
  readonly webhookId: string;
  readonly event: string;
  readonly status: DeliveryStatus;
  /** The HTTP status of the last attempt; absent where no answer came. */
  readonly responseCode?: number;
  /** Of the last attempt, or of the emission while there was none. */
  readonly timestamp: string;
  /** Attempts after the first. */
  readonly retries: number;
  /** Of the last attempt, in milliseconds of real time; absent while there was none. */
  readonly durationMs?: number;
  readonly error?: string;
  readonly createdAt: string;
  /** When the next attempt is due; absent when there is none. */
  readonly nextAttemptAt?: string;
}

/** One attempt: the request as it was sent and what came back. */
export interface AttemptRecord {
  /** 1 for the first. */
  readonly number: number;
  readonly trigger: Trigger;
  /** RFC 3339. */
  readonly startedAt: string;
  /** In milliseconds of real time. */
  readonly durationMs: number;
  readonly request: {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Uint8Array;
  };
  /** Absent where none came: `error` has the reason. */
  readonly response?: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string | readonly string[]>>;
    /** At most 64 KiB. */
    readonly body: Uint8Array;
    readonly truncated: boolean;
  };
  readonly error?: { readonly code: AttemptErrorCode; readonly message: string };
}

/** A delivery with its body and attempts. */
export interface DeliveryDetail extends DeliveryRecord {
  /** The bytes every attempt sends. */
  readonly body: Uint8Array;
  readonly attempts: readonly AttemptRecord[];
}

/** What `emit` resolves with. */
export interface EmitResult {
  /** One for each webhook that is active and subscribed; empty when none is. */
  readonly deliveryIds: readonly string[];
}

/** Which deliveries of the history to list. */
export interface DeliveryQuery {
  readonly webhookId?: string | undefined;
  readonly status?: DeliveryStatus | undefined;
  /** 1 to 1 000; default 100. */
  readonly limit?: number | undefined;
  /** The last id of the page before: only older deliveries are answered. */
  readonly before?: string | undefined;
}

/** A page of the history. */
export interface DeliveryPage {
  /** The latest first. */
  readonly items: readonly DeliveryRecord[];
  /** Whether older ones match too: ask again with `before`. */
  readonly more: boolean;
}

/** A single request for `probe`. */
export interface ProbeRequest {
  readonly url: string;
  /** Exactly these are sent, besides those that HTTP itself needs. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** A single request made by `probe`, and what came back. */
export type ProbeRecord = Omit<AttemptRecord, 'number' | 'trigger'>;

/** What `subscribe` reports, once it is durable. */
export type SenderActivity =
  | { readonly type: 'delivery_queued'; readonly delivery: DeliveryRecord }
  | {
      readonly type: 'attempt_started';
      readonly deliveryId: string;
      readonly webhookId: string;
      readonly trigger: Trigger;
    }
  | { readonly type: 'attempt_finished'; readonly delivery: DeliveryRecord; readonly success: boolean }
  | { readonly type: 'webhook_changed'; readonly webhookId: string };
