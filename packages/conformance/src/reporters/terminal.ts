import type { Report, Result, Status } from '../types.js';
import { byFamily, counts, LEVEL_MEANING, oneLine } from './text.js';

const MARK: Readonly<Record<Status, string>> = { passed: '✓', failed: '✗', skipped: '-' };
const COLOR: Readonly<Record<Status, number>> = { passed: 32, failed: 31, skipped: 33 };

/** A table by family for people, with the fix for each failure. Passed cases are one line each. */
export function terminal(report: Report, color = false): string {
  const paint = (code: number, text: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
  const lines = [`Webhook conformance of ${oneLine(report.target)}`, ''];
  for (const [family, results] of byFamily(report.results)) {
    const passed = results.filter(({ status }) => status === 'passed').length;
    lines.push(paint(1, `${family}  ${passed}/${results.length}`));
    const width = Math.max(...results.map(({ id }) => id.length));
    for (const result of results) lines.push(...caseLines(result, width, paint));
    lines.push('');
  }
  for (const { level, reached, failed, unproven } of report.levels) {
    const why = reached
      ? 'reached'
      : [
          'not reached',
          failed.length > 0 ? `${failed.length} failed` : '',
          unproven.length > 0 ? `${unproven.length} not proven` : '',
        ]
          .filter((part) => part !== '')
          .join(', ');
    lines.push(
      `${paint(reached ? 32 : 31, reached ? MARK.passed : MARK.failed)} ${level.padEnd(9)} ${LEVEL_MEANING[level]}: ${why}`,
    );
  }
  if (report.notProven.length > 0)
    lines.push('', 'Not proven by this run:', ...report.notProven.map((sentence) => `  ${oneLine(sentence)}`));
  lines.push(
    '',
    `${counts(report)}; level ${report.level}, score ${report.score}; ${report.requests} requests in ${(report.durationMs / 1000).toFixed(1)} s`,
    '',
  );
  return lines.join('\n');
}

function caseLines(result: Result, width: number, paint: (code: number, text: string) => string): string[] {
  const head = `  ${paint(COLOR[result.status], MARK[result.status])} ${result.id.padEnd(width)}  ${oneLine(result.title)}`;
  if (result.status === 'passed') return [head];
  const note = (name: string, text: string | undefined) =>
    text === undefined ? [] : [`      ${name.padEnd(5)} ${oneLine(text)}`];
  if (result.status === 'skipped') return [head, ...note('skip', result.detail)];
  return [
    head,
    ...note('got', result.detail),
    ...note('why', result.why),
    ...note('fix', result.fix),
    ...note('see', result.reference),
  ];
}
