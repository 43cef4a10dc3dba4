import { expect, it } from 'vitest';
import { formatReport, REPORTERS, type Report } from '../src/index.js';
import { buildReport } from '../src/report.js';

const result = {
  family: 'signature',
  level: 'verifies',
  title: 'a <b>title</b> & "more" | # \u001b[31m\ud800',
  durationMs: 12,
} as const;
const report: Report = buildReport({
  results: [
    { ...result, id: 'signature.genuine', status: 'passed' },
    {
      ...result,
      id: 'signature.absent',
      status: 'failed',
      detail: 'no header: 500 ]]> \u0000',
      fix: 'answer 401',
      why: 'because',
      reference: 'the guide',
    },
    {
      ...result,
      id: 'signature.previous-secret',
      status: 'skipped',
      detail: 'needs `previousSecret`, an older secret: not proven',
    },
  ],
  target: 'http://localhost:1/webhooks',
  kind: 'wire',
  interrupted: false,
  requests: 3,
  durationMs: 1500,
});

it('every reporter is a pure function that names the failure and the fix', () => {
  for (const reporter of REPORTERS) {
    const text = formatReport(report, reporter);
    expect(text).toBe(formatReport(structuredClone(report), reporter));
    expect(text).toContain('signature.absent');
    expect(text).toContain('answer 401');
    expect(text).not.toContain('\u001b');
    expect(text.endsWith('\n')).toBe(true);
  }
  expect(() => formatReport(report, 'pdf')).toThrow(/terminal, json, junit, tap, markdown, html/);
});

it('json is the report; tap plans, skips and diagnoses; junit escapes', () => {
  expect(JSON.parse(formatReport(report, 'json'))).toMatchObject({ passed: 1, failed: 1, skipped: 1, level: 'none' });
  const tap = formatReport(report, 'tap').split('\n');
  expect(tap.slice(0, 2)).toEqual(['TAP version 14', '1..3']);
  expect(tap.filter((line) => /^(?:not )?ok \d/.test(line)).map((line) => line.split(' - ')[0])).toEqual([
    'ok 1',
    'not ok 2',
    'ok 3',
  ]);
  expect(tap.find((line) => line.startsWith('ok 3'))).toMatch(/ # SKIP /);
  const xml = formatReport(report, 'junit');
  expect(xml).toContain('tests="3" failures="1" errors="0" skipped="1"');
  expect(xml).toContain('a &lt;b&gt;title&lt;/b&gt; &amp; &quot;more&quot;');
  for (const bad of ['\u0000', '\ud800', ']]>']) expect(xml.includes(bad)).toBe(false);
});

it('html loads nothing, runs nothing, and escapes what cases quote', () => {
  const page = formatReport(report, 'html');
  expect(page).toContain("default-src 'none'");
  expect(page).not.toMatch(/<script|<b>|https?:\/\/(?!localhost)/);
  expect(page).toContain('a &lt;b&gt;title&lt;/b&gt; &amp; &quot;more&quot;');
  expect(page).not.toMatch(/(?!\n)[\p{Cc}\p{Cs}]/u);
});
