import { randomBytes } from 'node:crypto';
import { parseEvent } from '@videocloud/webhooks';
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

const isDate = (value: unknown): value is Date => Object.prototype.toString.call(value) === '[object Date]';
/** Whether a delivery may carry the name. */
export const isDeliveredName = (name: unknown): boolean =>
  typeof name === 'string' && subscribedName(name) !== undefined;

/** Whether receivers take the text for a time: RFC 3339 with a zone, and a moment that exists. */
function isTimestamp(text: string): boolean {
  try {
    parseEvent(JSON.stringify({ event: 'system.warning', timestamp: text, data: {} }));
    return true;
  } catch {
    return false;
  }
}

/** The bytes of an event, fixed once for all attempts; throws TypeError for what is no event. */
export function eventBody({ event, data, timestamp }: EmitInput, now: string): Buffer {
  if (!isDeliveredName(event)) {
    throw new TypeError(`emit: unknown event ${JSON.stringify(event)}; known are ${DELIVERED_EVENT_TYPES.join(', ')}`);
  }
  if (typeof data !== 'object' || data === null || Array.isArray(data))
    throw new TypeError('emit: data must be an object');
  const stamp = textOf(timestamp) ?? now;
  if (timestamp !== undefined && !isTimestamp(stamp))
    throw new TypeError('emit: timestamp must be RFC 3339 with a zone, such as 2024-03-31T12:00:00Z');
  const members = `"event":${JSON.stringify(event)},"timestamp":${JSON.stringify(stamp)}`;
  return Buffer.from(`{${members},"data":${jsonObject(data)}}`, 'utf8');
}

function jsonObject(data: object): string {
  let json: unknown;
  try {
    json = JSON.stringify(data);
  } catch (cause) {
    throw new TypeError('emit: data must be what JSON can hold: no cycle, no BigInt, no nesting without end', {
      cause,
    });
  }
  // `toJSON` decides what is sent: receivers reject anything but an object.
  if (typeof json === 'string' && json.startsWith('{')) return json;
  throw new TypeError('emit: data must be an object in JSON too: a Date, for example, becomes a string');
}

function textOf(timestamp: string | Date | undefined): string | undefined {
  if (!isDate(timestamp)) return timestamp;
  return Number.isNaN(timestamp.getTime()) ? '' : timestamp.toISOString();
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
