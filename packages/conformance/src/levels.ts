import type { CaseDefinition } from './cases/define.js';
import { CASES } from './cases/index.js';
import type { Level, LevelStanding, Result } from './types.js';

/** The levels, each including those before it. */
export const LEVELS: readonly Level[] = ['verifies', 'safe', 'reliable'];

/**
 * A case counts for its level and those above it unless it is optional and did not run, or needs a socket and the target
 * is a function: then no HTTP server is being judged.
 */
function counts(
  definition: CaseDefinition,
  status: Result['status'] | undefined,
  target: 'wire' | 'function',
): boolean {
  if (target === 'function' && definition.needs.includes('wire')) return false;
  return !(definition.optional && (status === undefined || status === 'skipped'));
}

/** Which levels the results reach: every case that counts for the level, or for one before it, has passed. */
export function standings(results: readonly Result[], target: 'wire' | 'function'): readonly LevelStanding[] {
  const status = new Map(results.map((result) => [result.id, result.status]));
  const counted = CASES.filter((definition) => counts(definition, status.get(definition.id), target));
  let below = true;
  return LEVELS.map((level) => {
    const own = counted.filter((definition) => definition.level === level);
    const failed = own.filter(({ id }) => status.get(id) === 'failed').map(({ id }) => id);
    const unproven = own
      .filter(({ id }) => status.get(id) !== 'failed' && status.get(id) !== 'passed')
      .map(({ id }) => id);
    const reached = below && failed.length === 0 && unproven.length === 0;
    below = reached;
    return { level, reached, failed, unproven };
  });
}

/** 0 to 100: passed, of passed, failed and left unproven, rounded down, so that 100 means all. */
export function score(results: readonly Result[], levels: readonly LevelStanding[]): number {
  const passed = results.filter(({ status }) => status === 'passed').length;
  const failed = results.filter(({ status }) => status === 'failed').length;
  const unproven = levels.reduce((sum, level) => sum + level.unproven.length, 0);
  const all = passed + failed + unproven;
  return all === 0 ? 0 : Math.floor((100 * passed) / all);
}
