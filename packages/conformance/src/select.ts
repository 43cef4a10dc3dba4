import type { CaseDefinition } from './cases/define.js';
import { CASES } from './cases/index.js';
import { ConformanceError } from './errors.js';
import { nearest } from './nearest.js';

/** A case and whether the user left it out. */
export interface Selected {
  readonly definition: CaseDefinition;
  readonly skipped: boolean;
}

const FAMILIES = [...new Set(CASES.map(({ family }) => family))];

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
        `There is no case or family "${name}". Did you mean "${nearest(name, names)}"? The families are ${FAMILIES.join(', ')}.`,
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
