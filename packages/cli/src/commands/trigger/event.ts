import { randomBytes } from 'node:crypto';
import type { DeliveredEventType } from '@videocloud/webhooks';
import { fixture } from '@videocloud/webhooks/testing';
import { usage } from '../../failure.js';

// The id that makes one event of its kind another: the subject's, not the user's who acted.
const OWN_ID: readonly (readonly [member: string, prefix: string])[] = [
  ['commentId', 'com'],
  ['videoId', 'vid'],
  ['userId', 'usr'],
];

/** The bytes of a sample event; fresh ones carry now and an id of their own, so that no receiver takes them for a copy. */
export function eventBytes(name: DeliveredEventType, settings: readonly string[], fresh: boolean): Buffer {
  const event: { event: string; timestamp: string; data: object } = fixture(name);
  if (fresh) {
    event.timestamp = new Date().toISOString();
    const [member, prefix] = OWN_ID.find(([own]) => Object.hasOwn(event.data, own)) ?? ['id', 'id'];
    set(event, ['data', member], `${prefix}_${randomBytes(6).toString('hex')}`);
  }
  for (const setting of settings) {
    const equals = setting.indexOf('=');
    const path = setting.slice(0, Math.max(equals, 0)).split('.');
    if (path.some((member) => member === '')) {
      throw usage(`--set takes path=value, such as data.title=Hello, not ${JSON.stringify(setting)}`);
    }
    set(event, path, jsonOrText(setting.slice(equals + 1)));
  }
  return Buffer.from(JSON.stringify(event));
}

/** JSON where it is JSON, else the text itself. */
function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

// Defined rather than assigned: a path may name `__proto__`.
function set(target: object, path: readonly string[], value: unknown): void {
  const [member = '', ...rest] = path;
  const known: unknown = Object.getOwnPropertyDescriptor(target, member)?.value;
  let next = value;
  if (rest.length > 0) {
    const inner: object = typeof known === 'object' && known !== null ? known : {};
    set(inner, rest, value);
    next = inner;
  }
  Object.defineProperty(target, member, { value: next, enumerable: true, configurable: true, writable: true });
}
