import { SUBSCRIBE_AS } from './generated/events.js';
import type { components } from './generated/openapi.js';

/** An event one may subscribe to. */
export type EventType = components['schemas']['EventType'];

/** A name a delivery may carry, and `sendTest` takes. */
export type DeliveredEventType = components['schemas']['DeliveredEventType'];

/** Why a name is not among the known ones, naming the one that was probably meant. */
export function unknownEvent(name: string, known: readonly string[]): string {
  const near = Object.hasOwn(SUBSCRIBE_AS, name) ? SUBSCRIBE_AS[name] : nearest(name, known);
  return `unknown event ${JSON.stringify(name.slice(0, 64))}${near ? `, did you mean "${near}"?` : `: use one of ${known.join(', ')}`}`;
}

function nearest(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = 4;
  for (const candidate of name.length > 64 ? [] : known) {
    const edits = distance(name.toLowerCase(), candidate);
    if (edits < least) [best, least] = [candidate, edits];
  }
  return best;
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
