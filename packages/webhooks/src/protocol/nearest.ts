// A name of 64 characters is longer than any we know; more would only cost time.
const MAX_LENGTH = 64;

/**
 * The known name with the fewest edits from a misspelled one; undefined when none is near.
 *
 * @param name the misspelled name; only its first 64 characters count
 * @param known the names to choose from
 * @param maxEdits how many insertions, deletions and replacements still count as near; unlimited by default
 * @example
 * ```ts
 * import { EVENT_TYPES, nearestName } from '@videocloud/webhooks/protocol';
 *
 * nearestName('video.procesed', EVENT_TYPES); // 'video.processed'
 * ```
 */
export function nearestName(
  name: string,
  known: Iterable<string>,
  maxEdits = Number.POSITIVE_INFINITY,
): string | undefined {
  const given = name.slice(0, MAX_LENGTH).toLowerCase();
  let nearest: string | undefined;
  let fewest = maxEdits + 1;
  for (const candidate of known) {
    const edits = editDistance(given, candidate.toLowerCase());
    if (edits < fewest) [nearest, fewest] = [candidate, edits];
  }
  return nearest;
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const letter of a.split('')) {
    let left = Number.POSITIVE_INFINITY;
    let replaced = left;
    row = row.map((above, at) => {
      left = Math.min(replaced, above + 1, left + 1);
      replaced = above + (letter === b[at] ? 0 : 1);
      return left;
    });
  }
  return row.at(-1) ?? 0;
}
