import type { AttemptErrorCode } from './engine/errors.js';

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

/** A delivery as the history tells it. Times are RFC 3339. */
export interface DeliveryRecord {
  readonly id: string;
  readonly webhookId: string;
  readonly event: string;
  readonly status: DeliveryStatus;
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
  readonly number: number;
  readonly trigger: Trigger;
  readonly startedAt: string;
  /** In milliseconds of real time. */
  readonly durationMs: number;
  readonly request: {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Uint8Array;
  };
  readonly response?: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string | readonly string[]>>;
    /** At most 64 KiB. */
    readonly body: Uint8Array;
    readonly truncated: boolean;
  };
  readonly error?: { readonly code: AttemptErrorCode; readonly message: string };
}

export interface DeliveryDetail extends DeliveryRecord {
  /** The bytes every attempt sends. */
  readonly body: Uint8Array;
  readonly attempts: readonly AttemptRecord[];
}

/** A single request made by `probe`, and what came back. */
export type ProbeRecord = Omit<AttemptRecord, 'number' | 'trigger'>;

/** What `subscribe` tells, after it is durable. */
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
