import type { CaseDefinition } from './cases/define.js';
import { CASES } from './cases/index.js';
import { ConformanceError } from './errors.js';

/** A case and whether the user left it out. */
export interface Selected {
  readonly definition: CaseDefinition;
  readonly skipped: boolean;
}

/**
 * The cases to report: all, or those named by `only`, with those named by `skip` marked.
 *
 * @throws TypeError when `only` or `skip` is no list
 * @throws ConformanceError `selection_unknown` for a name that is neither a case nor a family
 */
export function select(only: readonly string[] | undefined, skip: readonly string[] | undefined): readonly Selected[] {
  for (const [option, list] of Object.entries({ only, skip })) {
    if (list !== undefined && !Array.isArray(list))
      throw new TypeError(`${option} must be a list of case ids or families.`);
  }
  const names = new Set(CASES.flatMap(({ id, family }) => [id, family]));
  for (const name of [...(only ?? []), ...(skip ?? [])]) {
    if (!names.has(name)) {
      throw new ConformanceError(
        'selection_unknown',
        `There is no case or family "${name}". Did you mean "${nearest(name, names)}"? --list shows all.`,
      );
    }
  }
  const matches = (list: readonly string[] | undefined, { id, family }: CaseDefinition) =>
    list?.some((name) => name === id || name === family) ?? false;
  return CASES.filter((definition) => only === undefined || only.length === 0 || matches(only, definition)).map(
    (definition) => ({
      definition,
      skipped: matches(skip, definition),
    }),
  );
}

function nearest(name: string, names: Iterable<string>): string {
  let best = { candidate: '', distance: Number.POSITIVE_INFINITY };
  for (const candidate of names) {
    const distance = editDistance(name, candidate);
    if (distance < best.distance) best = { candidate, distance };
  }
  return best.candidate;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
