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

/** Deliveries to find, the latest first. */
export interface DeliverySearch {
  readonly webhookId?: string | undefined;
  readonly status?: DeliveryStatus | undefined;
  /** The exact name. */
  readonly event?: string | undefined;
  /**
   * Words, each of which a delivery must hold: in its id, event, URL, status, status code, error, or the first 4 KiB of its payload. Case is
   * ignored. A word of one or two characters is not looked for in ids, and in payloads of the latest 5,000 deliveries only.
   */
  readonly search?: string | undefined;
  /** How many matching deliveries to leave out; default 0. */
  readonly offset?: number | undefined;
  /** 0 to 2 000; default 100. */
  readonly limit?: number | undefined;
  /** Ids whose places among the matching deliveries are wanted; at most 50. */
  readonly places?: readonly string[] | undefined;
}

/** A part of the deliveries that match, and how many there are. */
export interface FoundDeliveries {
  readonly items: readonly DeliveryRecord[];
  /** Deliveries that match. */
  readonly total: number;
  /** Deliveries in the history. */
  readonly all: number;
  /** For each of `places`: how many matching deliveries are newer, and whether it matches itself. */
  readonly places: readonly { readonly newer: number; readonly matches: boolean }[];
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
