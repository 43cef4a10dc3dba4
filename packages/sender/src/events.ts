import { randomBytes } from 'node:crypto';
import { DELIVERED_EVENT_TYPES, type DeliveredEventType, subscribedName } from '@videocloud/webhooks/protocol';
import { fixture } from '@videocloud/webhooks/testing';

/** An event for `emit`. */
export interface EmitInput {
  /** One of the 15 delivered names. */
  readonly event: string;
  /** The payload; any JSON object. */
  readonly data: object;
  /** RFC 3339 with a zone, or a Date; the sender's clock when absent. */
  readonly timestamp?: string | Date | undefined;
}

const RFC3339 = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/;

const isDate = (value: unknown): value is Date => Object.prototype.toString.call(value) === '[object Date]';
/** Whether a delivery may carry the name. */
export const isKnownEvent = (name: unknown): boolean => typeof name === 'string' && subscribedName(name) !== undefined;
/** Whether the text is RFC 3339 with a zone. */
export const isTimestamp = (text: string): boolean => RFC3339.test(text);

/** The bytes of an event, fixed once for all attempts; throws TypeError for what is no event. */
export function eventBody({ event, data, timestamp }: EmitInput, now: string): Buffer {
  if (!isKnownEvent(event)) {
    throw new TypeError(`emit: unknown event ${JSON.stringify(event)}; known are ${DELIVERED_EVENT_TYPES.join(', ')}`);
  }
  if (typeof data !== 'object' || data === null || Array.isArray(data))
    throw new TypeError('emit: data must be an object');
  const stamp = isDate(timestamp) ? timestamp.toISOString() : (timestamp ?? now);
  if (!isTimestamp(stamp))
    throw new TypeError('emit: timestamp must be RFC 3339 with a zone, such as 2024-03-31T12:00:00Z');
  try {
    return Buffer.from(JSON.stringify({ event, timestamp: stamp, data }), 'utf8');
  } catch (cause) {
    throw new TypeError('emit: data must be what JSON can hold: no cycle, no BigInt, no nesting without end', {
      cause,
    });
  }
}

/** The example of a name with an id of its own, since two equal bodies would be one event to a receiver. */
export function testData(event: string): object {
  const data: Record<string, unknown> = { ...fixture(event as DeliveredEventType).data };
  const prefixes = { commentId: 'com', videoId: 'vid', userId: 'usr' };
  const [member, prefix] = Object.entries(prefixes).find(([name]) => typeof data[name] === 'string') ?? [
    'videoId',
    'vid',
  ];
  data[member] = `${prefix}_test${randomBytes(6).toString('hex')}`;
  return data;
}
