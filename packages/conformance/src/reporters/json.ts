import type { Report } from '../types.js';

/** The whole report as one JSON document. */
export function json(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
