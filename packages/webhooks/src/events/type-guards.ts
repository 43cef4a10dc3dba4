import { GROUPS } from '../generated/catalog.js';
import { type EventGroup, isDelivered, nearestPattern } from './catalog.js';
import { envelopeIssues, type Issue } from './envelope.js';
import type { DeliveredEventType, EventOf, KnownEvent } from './types.js';
import { isPayloadOf, payloadIssues } from './validate-payload.js';

/**
 * Whether a value is an event of exactly this name; envelope and payload are checked at run time.
 *
 * No alias is applied: `isEvent(value, 'user.created')` is false for a `user.registered` event.
 *
 * @param value anything
 * @param type a delivered name
 * @example
 * ```ts
 * import { isEvent } from '@videocloud/webhooks';
 *
 * export const firstUrl = (value: unknown): string | undefined =>
 *   isEvent(value, 'video.processed') ? value.data.formats[0]?.url : undefined;
 * ```
 */
export function isEvent<T extends DeliveredEventType>(value: unknown, type: T): value is EventOf<T> {
  return isKnownEvent(value) && value.event === type;
}

/**
 * Whether a value is an event of a cataloged name with a valid envelope and payload.
 *
 * @param value anything
 * @example
 * ```ts
 * import { isKnownEvent } from '@videocloud/webhooks';
 *
 * export const nameOf = (value: unknown): string => (isKnownEvent(value) ? value.event : 'unknown');
 * ```
 */
export function isKnownEvent(value: unknown): value is KnownEvent {
  if (envelopeIssues(value).length > 0) return false;
  const { event, data } = value as { event: string; data: unknown };
  return isDelivered(event) && isPayloadOf(event, data);
}

/**
 * Whether a value is a known `video.*` event.
 *
 * @param value anything
 * @example
 * ```ts
 * import { isVideoEvent } from '@videocloud/webhooks';
 *
 * export const isGone = (value: unknown): boolean => isVideoEvent(value) && value.event === 'video.deleted';
 * ```
 */
export function isVideoEvent(value: unknown): value is EventOf<(typeof GROUPS)['video'][number]> {
  return isInGroup(value, 'video');
}

/**
 * Whether a value is a known `user.*` event; `user.registered` is one.
 *
 * @param value anything
 * @example
 * ```ts
 * import { isUserEvent } from '@videocloud/webhooks';
 *
 * export const concernsUser = (value: unknown): boolean => isUserEvent(value) && value.event !== 'user.deleted';
 * ```
 */
export function isUserEvent(value: unknown): value is EventOf<(typeof GROUPS)['user'][number]> {
  return isInGroup(value, 'user');
}

/**
 * Whether a value is a known `engagement.*` event; `comment.created` is one.
 *
 * @param value anything
 * @example
 * ```ts
 * import { isEngagementEvent } from '@videocloud/webhooks';
 *
 * export const isComment = (value: unknown): boolean => isEngagementEvent(value) && value.event === 'comment.created';
 * ```
 */
export function isEngagementEvent(value: unknown): value is EventOf<(typeof GROUPS)['engagement'][number]> {
  return isInGroup(value, 'engagement');
}

/**
 * Whether a value is a known `system.*` event.
 *
 * @param value anything
 * @example
 * ```ts
 * import { isSystemEvent } from '@videocloud/webhooks';
 *
 * export const callsForHelp = (value: unknown): boolean => isSystemEvent(value) && value.event === 'system.error';
 * ```
 */
export function isSystemEvent(value: unknown): value is EventOf<(typeof GROUPS)['system'][number]> {
  return isInGroup(value, 'system');
}

function isInGroup(value: unknown, group: EventGroup): boolean {
  return isKnownEvent(value) && (GROUPS[group] as readonly string[]).includes(value.event);
}

/** The result of {@link validateEvent}. */
export type EventValidation =
  | { readonly ok: true; readonly event: KnownEvent }
  | { readonly ok: false; readonly issues: readonly Issue[] };

/**
 * Checks a value against the catalog and lists where it fails: at most 100 issues, with their paths.
 *
 * @param value anything
 * @example
 * ```ts
 * import { validateEvent } from '@videocloud/webhooks';
 *
 * const result = validateEvent({ event: 'video.uploaded', timestamp: '2024-03-31T12:00:00Z', data: {} });
 * if (!result.ok) for (const issue of result.issues) console.log(issue.path.join('.'), issue.message);
 * ```
 */
export function validateEvent(value: unknown): EventValidation {
  const issues = envelopeIssues(value);
  const { event, data } = (issues.length === 0 || typeof value === 'object' ? (value ?? {}) : {}) as {
    event?: unknown;
    data?: unknown;
  };
  if (typeof event === 'string' && event !== '') {
    if (!isDelivered(event)) {
      const near = nearestPattern(event);
      issues.push({ message: `is not a known event name; the nearest is ${near}`, path: ['event'] });
    } else if (!issues.some(({ path }) => path[0] === 'data')) {
      issues.push(...payloadIssues(event, data));
    }
  }
  return issues.length === 0 ? { ok: true, event: value as KnownEvent } : { ok: false, issues };
}
