import type { Report, Result } from '../types.js';
import { byFamily } from './text.js';

/** JUnit XML as continuous integration servers read it: one suite a family. */
export function junit(report: Report): string {
  const suites = [...byFamily(report.results)].map(([family, results]) => suite(family, results));
  const totals = attributes({
    name: 'videocloud-webhooks conformance',
    ...totalsOf(report.results),
    time: seconds(report.durationMs),
  });
  return ['<?xml version="1.0" encoding="UTF-8"?>', `<testsuites${totals}>`, ...suites, '</testsuites>', ''].join('\n');
}

function suite(family: string, results: readonly Result[]): string {
  const time = seconds(results.reduce((sum, { durationMs }) => sum + durationMs, 0));
  return [
    `  <testsuite${attributes({ name: family, ...totalsOf(results), time })}>`,
    ...results.map(testcase),
    '  </testsuite>',
  ].join('\n');
}

function testcase(result: Result): string {
  const open = `    <testcase${attributes({ classname: `webhooks.${result.family}`, name: `${result.id}: ${result.title}`, time: seconds(result.durationMs) })}`;
  if (result.status === 'passed') return `${open}/>`;
  if (result.status === 'skipped')
    return `${open}><skipped${attributes({ message: result.detail ?? '' })}/></testcase>`;
  const text = [`fix: ${result.fix ?? ''}`, `why: ${result.why ?? ''}`, `see: ${result.reference ?? ''}`].join('\n');
  return `${open}><failure${attributes({ message: result.detail ?? '', type: 'conformance' })}>${escaped(text)}</failure></testcase>`;
}

function totalsOf(results: readonly Result[]): Record<string, number> {
  const of = (status: Result['status']) => results.filter((result) => result.status === status).length;
  return { tests: results.length, failures: of('failed'), errors: 0, skipped: of('skipped') };
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(String(value))}"`)
    .join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
};

/** XML 1.0 has no way to write most control characters, escaped or not: `u` makes a lone surrogate its own character. */
function escaped(text: string): string {
  return text
    .replace(/(?![\t\n])[\p{Cc}\p{Cs}\ufffe\uffff]/gu, '\ufffd')
    .replace(/[&<>"\n]/g, (character) => ENTITIES[character] ?? character);
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}
