import { isDelivered } from '../events/catalog.js';
import type { DeliveredEventType, EventOf } from '../events/types.js';
import { EXAMPLES } from '../generated/examples.js';
import { DELIVERED_EVENT_TYPES } from '../protocol/events.js';
import { nearestName } from '../protocol/nearest.js';

/** Any part of `T`, at any depth; an array is given whole. */
export type Overrides<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { [K in keyof T]?: Overrides<T[K]> | undefined }
    : T;

/**
 * A complete event of one delivered name, to test handlers with: the guide's own payload where the guide shows one.
 *
 * Each call gives a fresh deep copy, so a test may change it. The timestamp is the guide's, not now: two fixtures of one
 * name have the same bytes and are duplicates to a receiver with a store, unless an override makes them differ.
 *
 * @param type one of the 15 delivered names
 * @param overrides merged into the event at any depth; arrays and null replace, undefined keeps what was there
 * @throws TypeError when `type` is not a delivered name
 * @example
 * ```ts
 * import { fixture } from '@videocloud/webhooks/testing';
 *
 * const event = fixture('video.processed', { data: { videoId: 'vid_42' } });
 * console.log(event.data.formats.length); // 2
 * ```
 * @see the guide, "Полезная нагрузка вебхуков"
 */
export function fixture<T extends DeliveredEventType>(type: T, overrides?: Overrides<EventOf<T>>): EventOf<T> {
  if (typeof type !== 'string' || !isDelivered(type)) {
    throw new TypeError(`There is no fixture for ${describe(type)}${suggestion(type)}`);
  }
  if (overrides !== undefined && !isPlain(overrides)) throw new TypeError('The overrides must be a plain object');
  return merge(EXAMPLES[type], overrides) as EventOf<T>;
}

function describe(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : `a ${value === null ? 'null' : typeof value} as the event name`;
}

function suggestion(value: unknown): string {
  const nearest = typeof value === 'string' ? nearestName(value, DELIVERED_EVENT_TYPES) : undefined;
  return nearest === undefined ? '' : `: did you mean '${nearest}'?`;
}

/** A deep copy of `base` with `over` laid on top; neither is shared with the result. */
function merge(base: unknown, over: unknown): unknown {
  if (over === undefined) return copy(base);
  if (!isPlain(base) || !isPlain(over)) return copy(over);
  const merged = copy(base) as Record<string, unknown>;
  for (const [name, value] of Object.entries(over)) {
    if (value !== undefined) put(merged, name, merge(Object.hasOwn(base, name) ? base[name] : undefined, value));
  }
  return merged;
}

function copy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copy);
  if (!isPlain(value)) return value;
  const copied: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) put(copied, name, copy(member));
  return copied;
}

// Defined rather than assigned: a member named `__proto__` (from JSON.parse) must stay a member.
function put(target: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return Object.prototype.toString.call(value) === '[object Object]';
}
