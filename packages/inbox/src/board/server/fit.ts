import { isWebhookError, parseEvent, validateEvent, type WebhookEvent } from '@videocloud/webhooks';
import { DELIVERED_EVENT_TYPES } from '@videocloud/webhooks/protocol';
import type { Fit } from '../protocol.js';

/** Runs the library's own checks over stored bytes, in the order in which a receiver runs them. */
export function fitOf(rawBody: Uint8Array): Fit {
  let event: WebhookEvent;
  try {
    event = parseEvent(rawBody);
  } catch (error) {
    if (!isWebhookError(error)) throw error;
    const { code, message } = error;
    return { kind: code === 'body_not_utf8' || code === 'body_not_json' ? code : 'envelope_invalid', message };
  }
  const result = validateEvent(event);
  if (result.ok) return { kind: 'fits' };
  const issues = result.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  const known = DELIVERED_EVENT_TYPES.some((name) => name === event.event);
  return { kind: known ? 'payload_invalid' : 'unknown_event', issues };
}
