// Numbers and tables of the pages against the code they speak of.
import { createReceiver, memoryStore } from '@videocloud/webhooks';
import { CAUSE_CODES } from '@videocloud/webhooks/doctor';
import { listCases } from '@videocloud/webhooks-conformance';
import { describe, expect, it } from 'vitest';
import type { WebhookErrorCode } from '../../packages/webhooks/src/errors.js';
import { errorOf } from '../../packages/webhooks/src/errors.js';
import { readPage } from './snippets/extract.js';

/** The rows of the table with this heading cell, as cells. */
function table(page: string, heading: RegExp): string[][] {
  const lines = readPage(page).split('\n');
  const start = lines.findIndex((line) => heading.test(line));
  const rows = lines.slice(start + 2);
  const end = rows.findIndex((line) => !line.startsWith('|'));
  return rows.slice(0, end).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const codesIn = (cell = ''): string[] => [...cell.matchAll(/`([a-z0-9]+_[a-z0-9_]+)`/g)].map(([, code = '']) => code);

describe.each([
  ['docs/receive/responses.md', /^\| situation/],
  ['docs/ru/receive/responses.md', /^\| ситуация/],
])('the answers in %s', (page, heading) => {
  it('have the status of every code there is', () => {
    const rows = table(page, heading).flatMap(([, status = '', codes]) =>
      codesIn(codes).map((code) => [code, Number(status.slice(0, 3))] as const),
    );
    // A satisfies clause lists them all: one that is missing here or there does not compile.
    const all = Object.keys({
      method_not_allowed: 1,
      content_encoding_unsupported: 1,
      body_too_large: 1,
      body_timeout: 1,
      body_aborted: 1,
      body_already_parsed: 1,
      signature_missing: 1,
      signature_malformed: 1,
      signature_mismatch: 1,
      secrets_unavailable: 1,
      body_not_utf8: 1,
      body_not_json: 1,
      envelope_invalid: 1,
      payload_invalid: 1,
      timestamp_too_old: 1,
      timestamp_in_future: 1,
      event_in_progress: 1,
      store_unavailable: 1,
      handler_failed: 1,
      handler_timeout: 1,
    } satisfies Record<WebhookErrorCode, 1>) as WebhookErrorCode[];
    // Only reported, never answered.
    const answered = all.filter((code) => code !== 'payload_invalid');
    expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(answered.map((code) => [code, errorOf(code).status])));
  });
});

it.each(['docs/test/doctor.md', 'docs/ru/test/doctor.md'])('%s lists every code of the doctor once', (page) => {
  const listed = [...readPage(page).matchAll(/^\| `([a-z0-9_]+)`/gm)].map(([, code]) => code);
  expect([...listed].sort()).toEqual([...CAUSE_CODES].sort());
});

it('the conformance kit has as many cases and families as its README says', () => {
  const cases = listCases();
  const [, count, families] = /(\d+) cases in (\w+) families/.exec(readPage('packages/conformance/README.md')) ?? [];
  expect([Number(count), families]).toEqual([cases.length, 'eight']);
  expect(new Set(cases.map(({ family }) => family)).size).toBe(8);
});

describe('the limits in SECURITY.md', () => {
  const given = { secrets: 'a secret of the claims', idempotency: { store: memoryStore() } };
  const HOUR = 3_600_000;

  it('maxAge is refused below 6 960 000 ms, and a ttl below maxAge + 300 s', () => {
    expect(readPage('.github/SECURITY.md')).toContain('6,960,000 ms');
    expect(() => createReceiver({ ...given, maxAge: 6_959_999 })).toThrow(/maxAge/);
    createReceiver({ ...given, maxAge: 6_960_000 });
    const idempotency = { store: memoryStore(), ttl: 2 * HOUR + 299_999 };
    expect(() => createReceiver({ ...given, maxAge: 2 * HOUR, idempotency })).toThrow(/ttl/);
    createReceiver({ ...given, maxAge: 2 * HOUR, idempotency: { ...idempotency, ttl: 2 * HOUR + 300_000 } });
  });

  it('a blank secret is refused when the receiver is made', () => {
    for (const secrets of ['', ' \n', [] as string[], ['good', ' ']])
      expect(() => createReceiver({ secrets })).toThrow(TypeError);
  });
});

describe('the replay defense of SECURITY.md', () => {
  it('answers a copy 200 without running it while it is remembered, and 401 when it is too old', async () => {
    const { sign } = await import('@videocloud/webhooks');
    const secret = 'a secret of the claims';
    const begin = Date.parse('2026-01-01T00:00:00Z');
    let now = begin;
    let runs = 0;
    const receiver = createReceiver({
      secrets: secret,
      maxAge: 7_200_000,
      idempotency: { store: memoryStore({ now: () => now }), ttl: 7_500_000 },
      now: () => now,
    }).on('video.deleted', () => {
      runs += 1;
    });
    const answers: string[] = [];
    // Stamped as far ahead as is accepted, which is what stays valid longest.
    const timestamp = new Date(begin + 300_000).toISOString();
    const body = JSON.stringify({ event: 'video.deleted', timestamp, data: {} });
    for (let minutes = 0; minutes <= 240; minutes += 1) {
      now = begin + minutes * 60_000;
      const { status, error } = await receiver.receive({ body, signature: await sign(body, secret) });
      const answer = `${status} ${error?.code ?? ''}`.trim();
      if (answers.at(-1) !== answer) answers.push(answer);
    }
    expect([runs, answers]).toEqual([1, ['200', '401 timestamp_too_old']]);
  });
});
