import { score, standings } from './levels.js';
import type { Level, Report, Result } from './types.js';

/** What a run measured. */
interface Run {
  readonly results: readonly Result[];
  readonly target: string;
  readonly kind: 'wire' | 'function';
  readonly interrupted: boolean;
  readonly requests: number;
  readonly durationMs: number;
}

/** Counts results, ranks them by level, and says what was not proven. */
export function buildReport({ results, target, kind, interrupted, requests, durationMs }: Run): Report {
  const levels = standings(results, kind);
  const reached = levels.filter((standing) => standing.reached).map(({ level }) => level);
  const of = (status: Result['status']) => results.filter((result) => result.status === status).length;
  const level: Level | 'none' = reached.at(-1) ?? 'none';
  return {
    passed: of('passed'),
    failed: of('failed'),
    skipped: of('skipped'),
    results,
    level,
    score: score(results, levels),
    levels,
    notProven: notProven(results, kind, interrupted),
    target,
    interrupted,
    requests,
    durationMs,
  };
}

function notProven(results: readonly Result[], kind: 'wire' | 'function', interrupted: boolean): string[] {
  const skippedFor = (word: string) =>
    results.filter(({ status, detail }) => status === 'skipped' && detail?.includes(word)).length;
  const effects = skippedFor('`effects`');
  const failNext = skippedFor('`failNext`');
  const previous = skippedFor('`previousSecret`');
  const skip = skippedFor('`skip`');
  const sentences = [
    interrupted ? 'The run was stopped: what did not run is not proven.' : undefined,
    effects > 0
      ? `${effects} cases need \`effects\`: that refused deliveries have no effect, and accepted ones exactly one, is not proven.`
      : undefined,
    failNext > 0 ? 'That a failed handler makes the sender retry is not proven: give `failNext`.' : undefined,
    previous > 0 ? 'That deliveries survive a secret rotation is not proven: give `previousSecret`.' : undefined,
    skip > 0 ? `${skip} cases were left out by \`skip\`.` : undefined,
    kind === 'function' ? 'The HTTP server in front of the function is not judged: give a URL for that.' : undefined,
    'A constant-time comparison cannot be observed from outside: read the code for `===` and its kin.',
  ];
  return sentences.filter((sentence) => sentence !== undefined);
}
