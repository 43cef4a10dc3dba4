import type { Report, Result } from '../types.js';
import { oneLine } from './text.js';

/**
 * TAP version 14.
 *
 * @see https://testanything.org/tap-version-14-specification.html
 */
export function tap(report: Report): string {
  const lines = ['TAP version 14', `1..${report.results.length}`];
  for (const [index, result] of report.results.entries()) lines.push(...point(result, index + 1));
  lines.push(`# level ${report.level}, score ${report.score}`);
  return `${lines.join('\n')}\n`;
}

function point(result: Result, number: number): string[] {
  const line = `${result.status === 'failed' ? 'not ok' : 'ok'} ${number} - ${result.id}: ${escaped(result.title)}`;
  if (result.status === 'skipped') return [`${line} # SKIP ${escaped(result.detail ?? '')}`];
  if (result.status === 'passed') return [line];
  const member = (name: string, text: string | undefined) =>
    text === undefined ? [] : [`  ${name}: ${JSON.stringify(text)}`];
  return [
    line,
    '  ---',
    ...member('message', result.detail),
    ...member('fix', result.fix),
    ...member('see', result.reference),
    '  ...',
  ];
}

function escaped(text: string): string {
  return oneLine(text).replace(/[\\#]/g, '\\$&');
}
