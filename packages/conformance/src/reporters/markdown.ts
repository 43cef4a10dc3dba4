import type { Report, Result } from '../types.js';
import { byFamily, counts, LEVEL_MEANING, oneLine } from './text.js';

/** Markdown for a job summary or a pull request: levels, families, then each failure with its fix. */
export function markdown(report: Report): string {
  const lines = [
    `# Webhook conformance: ${report.level === 'none' ? 'no level' : report.level}`,
    '',
    `\`${code(report.target)}\`: ${counts(report)}, score ${report.score}.`,
    '',
  ];
  lines.push('| Level | Means | Reached |', '| --- | --- | --- |');
  for (const { level, reached, failed, unproven } of report.levels) {
    lines.push(
      `| ${level} | ${LEVEL_MEANING[level]} | ${reached ? 'yes' : `no (${failed.length} failed, ${unproven.length} not proven)`} |`,
    );
  }
  lines.push('', '| Family | Passed | Failed | Skipped |', '| --- | --: | --: | --: |');
  for (const [family, results] of byFamily(report.results)) {
    const of = (status: Result['status']) => results.filter((result) => result.status === status).length;
    lines.push(`| ${family} | ${of('passed')} | ${of('failed')} | ${of('skipped')} |`);
  }
  const failures = report.results.filter(({ status }) => status === 'failed');
  if (failures.length > 0) lines.push('', '## Failures', ...failures.flatMap(failure));
  if (report.notProven.length > 0)
    lines.push('', '## Not proven', '', ...report.notProven.map((sentence) => `- ${text(sentence)}`));
  return `${lines.join('\n')}\n`;
}

function failure({ id, title, detail, why, fix, reference }: Result): string[] {
  return [
    '',
    `### \`${id}\`: ${text(title)}`,
    '',
    `- Got: ${text(detail ?? '')}`,
    `- Why it matters: ${text(why ?? '')}`,
    `- Fix: ${text(fix ?? '')}`,
    `- See: ${text(reference ?? '')}`,
  ];
}

/** Outside code spans, what Markdown or HTML would read as markup is escaped. */
function text(plain: string): string {
  return oneLine(plain).replace(/[\\`*_{}[\]<>|#]/g, '\\$&');
}

function code(plain: string): string {
  return oneLine(plain).replace(/[`|]/g, '');
}
