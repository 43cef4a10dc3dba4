import type { Attributes } from '@opentelemetry/api';
import { DELIVERED_EVENT_TYPES } from '../protocol/events.js';

// Written out, not imported: the convention's package for attributes in development changes with every release.
const KNOWN: ReadonlySet<string> = /* @__PURE__ */ new Set(DELIVERED_EVENT_TYPES);

/** The event's name, or `_OTHER`: a sender must not choose how many time series there are. */
export function destinationOf(event: string | null): string {
  return event !== null && KNOWN.has(event) ? event : '_OTHER';
}

/**
 * The attributes that spans and metrics of one operation share.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/ (status: Development)
 */
export function messaging(operation: 'process' | 'send', event: string | null, code: string | undefined): Attributes {
  return {
    'messaging.system': 'videocloud',
    'messaging.operation.name': operation,
    'messaging.operation.type': operation,
    'messaging.destination.name': destinationOf(event),
    ...(code === undefined ? {} : { 'error.type': code }),
  };
}
