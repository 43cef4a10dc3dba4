import { DELIVERED_EVENT_TYPES, type DeliveredEventType, nearestName } from '@videocloud/webhooks/protocol';
import { usage } from './failure.js';

/** A delivered name; anything else ends the command with the nearest name. */
export function deliveredName(text: string): DeliveredEventType {
  const name = DELIVERED_EVENT_TYPES.find((known) => known === text);
  if (name !== undefined) return name;
  throw usage(`unknown event ${quoted(text)}${nearestHint(text, DELIVERED_EVENT_TYPES)}`);
}

/** One of the values an option takes; anything else ends the command with the nearest one. */
export function choice<T extends string>(option: string, text: string, known: readonly T[]): T {
  const found = known.find((name) => name === text);
  if (found !== undefined) return found;
  const nearest = nearestName(text, known, 2);
  const hint = nearest === undefined ? '' : ` (did you mean ${nearest}?)`;
  throw usage(`${option} must be one of ${known.join(', ')}${hint}`);
}

/** ", did you mean …?", or where the names are. */
export function nearestHint(text: string, known: readonly string[]): string {
  const nearest = nearestName(text, known, 4);
  return nearest === undefined ? ': see `videocloud-webhooks types`' : `, did you mean ${nearest}?`;
}

/** A text of the command line in an error. */
export function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 64));
}
