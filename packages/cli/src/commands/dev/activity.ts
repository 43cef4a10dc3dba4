import type { SenderActivity } from '@videocloud/webhooks-sender';
import { harmless, type Paint } from '../../io.js';

/** One line about what the sender did, or undefined for what is not worth one. */
export function activityLine(activity: SenderActivity, paint: Paint): string | undefined {
  switch (activity.type) {
    case 'delivery_queued':
      return `→ ${harmless(activity.delivery.event)}  ${paint(activity.delivery.id, 'dim')}`;
    case 'attempt_finished': {
      const { id, event, status, responseCode, error } = activity.delivery;
      const answer = responseCode === undefined ? harmless(error ?? 'no answer', 300) : String(responseCode);
      // `pending`: attempts remain; `failed`: it was the last one.
      const next = activity.success
        ? 'delivered'
        : status === 'pending'
          ? 'failed, will be retried'
          : 'failed for good';
      const shown = paint(`${answer} ${next}`, activity.success ? 'good' : 'bad');
      return `← ${harmless(event)}  ${paint(id, 'dim')}  ${shown}`;
    }
    case 'webhook_changed':
      return `webhook ${harmless(activity.webhookId)} changed`;
    default:
      return undefined;
  }
}

/** The activity as a JSON value, without bytes. */
export function activityRecord(activity: SenderActivity): unknown {
  return JSON.parse(
    JSON.stringify(activity, (_name, value: unknown) => (ArrayBuffer.isView(value) ? undefined : value)),
  );
}
