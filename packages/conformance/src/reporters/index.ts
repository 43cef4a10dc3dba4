import { ConformanceError } from '../errors.js';
import type { Report } from '../types.js';
import { html } from './html.js';
import { json } from './json.js';
import { junit } from './junit.js';
import { markdown } from './markdown.js';
import { tap } from './tap.js';
import { terminal } from './terminal.js';

const FORMATS = { terminal, json, junit, tap, markdown, html } as const;

/** A way to write a report. */
export type Reporter = keyof typeof FORMATS;

/** The reporters there are. */
export const REPORTERS: readonly Reporter[] = ['terminal', 'json', 'junit', 'tap', 'markdown', 'html'];

/**
 * Writes a report: a pure function of it.
 *
 * @param options `color` adds ANSI colors to `terminal`; the others ignore it
 * @throws ConformanceError `reporter_unknown`
 * @example
 * ```ts
 * import { formatReport, type Report } from '@videocloud/webhooks-conformance';
 *
 * export function print(report: Report): void {
 *   process.stdout.write(formatReport(report, 'terminal', { color: process.stdout.isTTY }));
 * }
 * ```
 */
export function formatReport(
  report: Report,
  reporter: Reporter | (string & {}) = 'terminal',
  options: { color?: boolean | undefined } = {},
): string {
  const known = REPORTERS.find((name) => name === reporter);
  if (known === undefined)
    throw new ConformanceError('reporter_unknown', `There is no reporter "${reporter}": use ${REPORTERS.join(', ')}.`);
  return known === 'terminal' ? terminal(report, options.color ?? false) : FORMATS[known](report);
}
