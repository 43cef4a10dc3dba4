import { ALIASES, DELIVERED, GROUPS } from '../generated/catalog.js';
import type { DeliveredEventType } from '../protocol/events.js';
import { nearestName } from '../protocol/nearest.js';

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

/** The pattern a misspelled one most likely meant, for the error message. */
export function nearestPattern(pattern: string): string | undefined {
  return nearestName(pattern, [...DELIVERED, ...Object.keys(GROUPS).map((group) => `${group}.*`)]);
}
