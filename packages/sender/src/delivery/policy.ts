import type { DeliveryStatus } from '../types.js';

/** When failed attempts are retried. */
export interface RetrySchedule {
  /** Delays after the first, second … failure, in milliseconds; their number plus one is the number of attempts. */
  readonly delays: readonly number[];
  /** The delay at an index, with jitter. */
  readonly delayOf: (index: number) => number;
}

/** A delivery before an attempt of it is recorded. */
export interface DeliveryState {
  readonly status: DeliveryStatus;
  /** What made the delivery: an event is retried, a test is not. */
  readonly origin: 'event' | 'test';
  /** Attempts recorded so far. */
  readonly attempts: number;
  /** Whether a manual attempt was asked for while this one was under way. */
  readonly resend: boolean;
}

/** What an attempt makes of its delivery. */
export interface Decision {
  readonly status: DeliveryStatus;
  readonly attempts: number;
  /** When the next attempt is due, in milliseconds since the epoch; null when there is none. */
  readonly dueAt: number | null;
  /** Whether the next attempt is a manual one. */
  readonly manual: boolean;
  /** Whether this was the last attempt of the schedule: the webhook is switched off. */
  readonly exhausted: boolean;
  /** Whether the delivery keeps its earlier response: a failed resend does not undo a success. */
  readonly keepsResponse: boolean;
}

/**
 * Decides what follows an attempt: success, a retry on the schedule, or the end.
 *
 * Only a pending delivery of an event is retried or exhausts its webhook. A delivery that has ended (its webhook failed or was deleted,
 * or it finished before a resend) is not scheduled again, but a success is a success.
 *
 * @see the webhook guide, "Обработка ошибок и повторные попытки"
 */
export function decide(
  before: DeliveryState,
  attempt: { readonly failed: boolean; readonly finishedAt: number },
  { delays, delayOf }: RetrySchedule,
): Decision {
  const attempts = before.attempts + 1;
  const scheduled = attempt.failed && before.status === 'pending' && before.origin === 'event';
  const retried = scheduled && attempts <= delays.length;
  const retryAt = retried ? attempt.finishedAt + delayOf(attempts - 1) : null;
  const succeeded = !attempt.failed || before.status === 'success';
  return {
    status: succeeded ? 'success' : retried ? 'pending' : 'failed',
    attempts,
    dueAt: before.resend ? attempt.finishedAt : retryAt,
    manual: before.resend,
    exhausted: scheduled && !retried,
    keepsResponse: attempt.failed && before.status === 'success',
  };
}

/** The error of deliveries that end because another delivery of their webhook used up its attempts. */
export const endedByFailedWebhook = ({ delays }: RetrySchedule): string =>
  `webhook_failed: attempt ${delays.length + 1} of another delivery failed, the last one, which switched the webhook off`;
