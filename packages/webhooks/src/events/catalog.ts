import { ALIASES, DELIVERED, GROUPS, SUBSCRIBABLE } from '../generated/catalog.js';
import type { DeliveredEventType, EventType } from './types.js';

/**
 * The 13 names one can subscribe to, in the guide's order.
 *
 * @see the guide, "Типы событий"
 */
export const EVENT_TYPES: readonly EventType[] = SUBSCRIBABLE;

/** Every name a delivery may carry: the 13, then `user.registered` and `comment.created`. */
export const DELIVERED_EVENT_TYPES: readonly DeliveredEventType[] = DELIVERED;

export type EventGroup = keyof typeof GROUPS;

// A Set, not an object: `constructor` and `__proto__` are names a sender can use.
const delivered: ReadonlySet<string> = /* @__PURE__ */ new Set(DELIVERED);

export function isDelivered(name: string): name is DeliveredEventType {
  return delivered.has(name);
}

/**
 * The delivered names a pattern stands for, aliases included; undefined where the pattern names nothing.
 */
export function namesMatching(pattern: string): readonly DeliveredEventType[] | undefined {
  if (pattern === '*') return DELIVERED;
  if (pattern.endsWith('.*')) {
    const group = pattern.slice(0, -2);
    return Object.hasOwn(GROUPS, group) ? GROUPS[group as EventGroup] : undefined;
  }
  if (!isDelivered(pattern)) return undefined;
  return Object.hasOwn(ALIASES, pattern) ? [pattern, ALIASES[pattern as keyof typeof ALIASES]] : [pattern];
}

/** The pattern a misspelt one most likely meant, for the error message. */
export function nearestPattern(pattern: string): string {
  const candidates = [...DELIVERED, ...Object.keys(GROUPS).map((group) => `${group}.*`)];
  let best = candidates[0] as string;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const distance = editDistance(pattern.slice(0, 64), candidate);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next[j] = Math.min(substituted, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1);
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
