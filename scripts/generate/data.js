// Catalog, summaries and examples as TypeScript of pure literals, so that what is not used is shaken out.

/** @typedef {import('./events.js').EventEntry} EventEntry */

/** @param {unknown} value */
const literal = (value) => JSON.stringify(value, null, 2).replace(/"((?:[a-zA-Z_$][\w$]*))":/g, '$1:');

/** @param {string[]} names */
const list = (names) => `[\n${names.map((n) => `  '${n}',\n`).join('')}] as const`;

/** @param {EventEntry[]} events */
const subscribableNames = (events) => events.filter((e) => e.subscribable).map((e) => e.name);

/**
 * The subscribable names first, then the other spellings.
 *
 * @param {EventEntry[]} events
 */
const deliveredNames = (events) => [
  ...subscribableNames(events),
  ...events.filter((e) => !e.subscribable).map((e) => e.name),
];

/** @param {EventEntry[]} events */
export function catalog(events) {
  const groups = [...new Set(events.map((e) => e.group))];
  return `
/** The names one may subscribe to. */
export const SUBSCRIBABLE = ${list(subscribableNames(events))};

/** The names a delivery may carry. */
export const DELIVERED = ${list(deliveredNames(events))};

/** Subscribed name → the other name its deliveries may carry. */
export const ALIASES = {
${events.flatMap((e) => (e.alias ? [`  '${e.alias}': '${e.name}',\n`] : [])).join('')}} as const;

/** Group → the delivered names in it. */
export const GROUPS = {
${groups.map((g) => `  ${g}: [${events.flatMap((e) => (e.group === g ? [`'${e.name}'`] : [])).join(', ')}],\n`).join('')}} as const;
`;
}

/** @param {EventEntry[]} events */
export function summaries(events) {
  return `
/** Delivered name → what it means, in a few words. */
export const SUMMARIES = {
${events.map((e) => `  '${e.name}': ${JSON.stringify(e.summary)},\n`).join('')}} as const;
`;
}

/** @param {EventEntry[]} events */
export function examples(events) {
  return `
import type { EventDataMap } from './schemas.js';

type Examples = { readonly [T in keyof EventDataMap]: { event: T; timestamp: string; data: EventDataMap[T] } };

/**
 * One complete event for each delivered name. Those of ${events
   .filter((e) => !e.open)
   .map((e) => e.name)
   .join(', ')} are the guide's;
 * the guide shows no payload for the others, and theirs are illustrative.
 */
export const EXAMPLES: Examples = {
${events.map((e) => `  '${e.name}': ${literal(e.example).replaceAll('\n', '\n  ')},\n`).join('')}};
`;
}
