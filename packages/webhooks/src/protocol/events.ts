import * as catalog from '../generated/catalog.js';
import { SUMMARIES } from '../generated/summaries.js';

/**
 * A name that can be subscribed to: the 13 of the guide's list.
 *
 * @see the guide, "Типы событий"
 */
export type EventType = (typeof catalog.SUBSCRIBABLE)[number];

/** A name a delivery may carry: the 13, `user.registered` and `comment.created`. */
export type DeliveredEventType = (typeof catalog.DELIVERED)[number];

/**
 * The 13 names one can subscribe to, in the guide's order.
 *
 * @see the guide, "Типы событий"
 */
export const EVENT_TYPES: readonly EventType[] = catalog.SUBSCRIBABLE;

/** Every name a delivery may carry: the 13, then `user.registered` and `comment.created`. */
export const DELIVERED_EVENT_TYPES: readonly DeliveredEventType[] = catalog.DELIVERED;

/**
 * Subscribed name to the other name its deliveries may carry.
 *
 * The guide shows payloads of `user.registered` and `comment.created` but does not list them as events. We assume that
 * they are delivered for `user.created` and `engagement.comment`.
 */
export const ALIASES: typeof catalog.ALIASES = catalog.ALIASES;

/** Group to the delivered names in it, aliases included. */
export const EVENT_GROUPS: typeof catalog.GROUPS = catalog.GROUPS;

/** What each delivered name means, in a few English words. */
export const EVENT_SUMMARIES: Readonly<Record<DeliveredEventType, string>> = SUMMARIES;

/**
 * The name to subscribe to for a delivered name; undefined when no delivery carries that name.
 *
 * @param name any text
 * @example
 * ```ts
 * import { subscribedName } from '@videocloud/webhooks/protocol';
 *
 * subscribedName('user.registered'); // 'user.created'
 * ```
 */
export function subscribedName(name: string): EventType | undefined {
  for (const type of EVENT_TYPES) {
    if (type === name || (Object.hasOwn(ALIASES, type) && ALIASES[type as keyof typeof ALIASES] === name)) return type;
  }
  return undefined;
}
