import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { cause } from '../../src/doctor/causes/causes.js';
import { CAUSE_CODES, type Cause, type DiagnoseInput, diagnose } from '../../src/doctor/index.js';
import { ASCII, BODIES, hex, PAIRS, SECRET, SECRETS, SENT, SIGNATURES } from './cases.js';

// The clock here is an eighth of this process's CPU time: neither neighbors on the machine nor what they do to its caches
// may cut a search short. The limits of work are those of every run.
let standstill = 0;
beforeAll(() => {
  vi.spyOn(performance, 'now').mockImplementation(() => {
    // A machine so busy that a second passes at every look.
    if (standstill > 0) standstill += 1_000;
    if (standstill > 0) return standstill;
    const { user, system } = process.cpuUsage();
    return (user + system) / 8_000;
  });
});
afterAll(() => vi.restoreAllMocks());

describe.each([
  ['one cause', [...BODIES, ...SECRETS, ...SIGNATURES]],
  ['two causes', PAIRS],
])('%s', (_name, cases) => {
  it.each(cases)('$name → $codes', async ({ codes, input }) => {
    const { valid, causes } = await diagnose(input);
    expect(valid).toBe(false);
    expect(causes.filter(({ proof }) => proof === 'proven').map(({ code }) => code)).toEqual(
      expect.arrayContaining(codes),
    );
  });
});

describe('on a machine too busy to give it time', () => {
  beforeAll(() => {
    standstill = 1;
  });
  afterAll(() => {
    standstill = 0;
  });
  it.each([...BODIES, ...SECRETS, ...SIGNATURES])('$name → $codes', async ({ codes, input }) => {
    expect(proven((await diagnose(input)).causes)).toEqual(expect.arrayContaining(codes));
  });
});

const everyone = [...BODIES, ...SECRETS, ...SIGNATURES, ...PAIRS];
const proven = (causes: readonly Cause[]) => causes.filter(({ proof }) => proof === 'proven').map(({ code }) => code);
const random = (size: number) => randomBytes(size);
const guide = (name: string) =>
  readFileSync(new URL(`../../../../tests/support/fixtures/guide/${name}.event.json`, import.meta.url));

describe('valid', () => {
  it.each([
    ['the guide’s upload', guide('video.uploaded'), SECRET],
    ['the guide’s comment', guide('comment.created'), SECRET],
    ['a body with a newline', `${ASCII}\n`, SECRET],
    ['a body with a BOM', `\ufeff${ASCII}`, SECRET],
    ['bytes that are not UTF-8', Buffer.from([0xff, 0xfe, 0]), SECRET],
    ['no body', '', SECRET],
    ['a gzipped body', gzipSync(SENT), SECRET],
    ['base64', SENT.toString('base64'), SECRET],
    ['a secret with a newline', SENT, `${SECRET}\n`],
    ['a secret in quotes', SENT, `"${SECRET}"`],
    ['a binary secret', SENT, Uint8Array.of(1, 2, 255)],
    ['1 MB', Buffer.alloc(1_048_576, 'x'), SECRET],
    ['the guide’s sample secret', SENT, 'your_webhook_secret'],
  ])('%s: no cause', async (_name, body, secret) => {
    expect(await diagnose({ body, signature: hex(body, secret), secrets: secret })).toEqual({
      valid: true,
      causes: [],
    });
    const upper = { body, signature: hex(body, secret).toUpperCase(), secrets: ['other', secret] };
    expect(await diagnose(upper)).toEqual({ valid: true, causes: [] });
  });
});

describe('unrelated', () => {
  it.each([
    ['another body', ASCII, hex(SENT), SECRET],
    ['another secret', SENT, hex(SENT, 'quite another'), SECRET],
    ['random digest', SENT, random(32).toString('hex'), SECRET],
    ['zeros', SENT, '0'.repeat(64), SECRET],
    ['random base64', SENT, random(32).toString('base64'), SECRET],
    ['random sha1', SENT, random(20).toString('hex'), SECRET],
    ['random sha512', SENT, random(64).toString('hex'), SECRET],
    ['a short head', SENT, hex(SENT).slice(0, 8), SECRET],
    ['a word', SENT, 'hello', SECRET],
    ['a number', SENT, 42, SECRET],
    ['an object', SENT, { toString: () => hex(SENT) }, SECRET],
    ['a joined pair of strangers', SENT, `${'a'.repeat(64)}, ${'b'.repeat(64)}`, SECRET],
    ['an empty body', '', hex(SENT), SECRET],
    ['{}', '{}', hex(SENT), SECRET],
    ['[object Object]', '[object Object]', hex(SENT), SECRET],
    ['binary', random(300), hex(SENT), SECRET],
    ['a gzip bomb', gzipSync(Buffer.alloc(64 * 1024 * 1024)), hex(SENT), SECRET],
    ['broken gzip', gzipSync(SENT).subarray(0, 40), hex(SENT), SECRET],
    ['nesting without end', '['.repeat(60_000), hex(SENT), SECRET],
    ['deep nesting', `${'['.repeat(5_000)}${']'.repeat(5_000)}`, hex(SENT), SECRET],
    ['one letter of the title', SENT.toString().replace('Моё', 'Мое'), hex(SENT), SECRET],
    ['a size changed', SENT.toString().replace('120', '121'), hex(SENT), SECRET],
    ['the webhook’s id as secret', SENT, hex(SENT), 'whk_123456'],
    ['thousands of numbers', JSON.stringify(Array.from({ length: 9_000 }, (_, at) => at)), hex(SENT), SECRET],
    ['64 KB of text', JSON.stringify({ event: 'é/<'.repeat(10_000), n: 1 }), hex(SENT), SECRET],
    ['1 MB of JSON', JSON.stringify({ a: Array.from({ length: 60_000 }, (_, n) => `é/${n}`) }), hex(SENT), SECRET],
    ['1 MB of quotes', `"${'\\"'.repeat(500_000)}"`, hex(SENT), SECRET],
    ['1 MB of spaces', ' '.repeat(1_000_000), hex(SENT), SECRET],
    ['4 MB', Buffer.alloc(4_194_304, '{"a":1}'), hex(SENT), SECRET],
  ])('%s: nothing proven, in time', async (_name, body, signature, secrets) => {
    const { valid, causes } = await diagnose({ body, signature, secrets });
    expect(valid).toBe(false);
    expect(proven(causes)).toEqual([]);
    expect(causes.length).toBeGreaterThan(0);
    expect(causes.map(({ code }) => code)).toContain('secret_wrong');
  });
});

describe('a long document', () => {
  const document = (length: number) => ({ items: Array.from({ length }, (_, n) => `é/${n}`) });
  const long = JSON.stringify(document(20_000));
  const longest = JSON.stringify(document(60_000));
  it.each([
    ['written with spaces', long.replaceAll('","', '", "').replace('":[', '": ['), long, 'body_reserialized'],
    ['written on lines', JSON.stringify(document(20_000), null, 2), long, 'body_reserialized'],
    ['written compactly', long, JSON.stringify(document(20_000), null, 2), 'body_reserialized'],
    ['without its newline', `${longest}\n`, longest, 'body_newline_stripped'],
    ['without its BOM', `\ufeff${longest}`, longest, 'body_bom_stripped'],
  ])('%s: the most common mistakes are proven', async (_name, sent, body, code) => {
    const { causes } = await diagnose({ body, signature: hex(sent), secrets: SECRET });
    expect(proven(causes)).toContain(code);
  });
});

it('takes its time only from the work, whatever the number of secrets', async () => {
  const secrets = Array.from({ length: 50 }, (_, at) => `secret-${at}-${'x'.repeat(40)}`);
  const { causes } = await diagnose({ body: SENT, signature: hex(SENT), secrets });
  expect(proven(causes)).toEqual([]);
});

describe('what it says', () => {
  it('never holds a secret, a part of one, or an expected signature', async () => {
    for (const { input } of everyone) {
      const said = JSON.stringify(await diagnose(input));
      for (const secret of [input.secrets].flat()) {
        const text = typeof secret === 'string' ? secret.trim() : Buffer.from(secret).toString('latin1');
        if (text.length > 0) expect(said).not.toContain(text);
        for (let at = 0; at + 8 <= text.length; at++) expect(said).not.toContain(text.slice(at, at + 8));
      }
      expect(said).not.toMatch(/[0-9a-f]{16}/i);
    }
  });

  it('has the same texts in the docs, for every code', () => {
    const docs = readFileSync(new URL('../../../../docs/test/doctor.md', import.meta.url), 'utf8');
    const listed = [...docs.matchAll(/^\| `(\w+)` +\| (.+?) +\| (.+?) +\|$/gm)].map(([, code, message, fix]) => ({
      code,
      message,
      fix,
    }));
    const said = CAUSE_CODES.map((code) => {
      const { message, fix } = cause(code, 'proven', { framework: 'node' });
      return { code, message, fix: fix.replace(/ node:http: use webhookHandler.*/, '') };
    });
    expect(listed.filter(({ code }) => said.some((one) => one.code === code))).toEqual(said);
  });

  it('puts the fix in the words of the framework', async () => {
    const sent = '{"event": "x"}';
    const input = { body: '{"event":"x"}', signature: hex(sent), secrets: SECRET };
    const fix = async (more: Partial<DiagnoseInput>) => (await diagnose({ ...input, ...more })).causes[0]?.fix;
    expect(await fix({})).toMatch(/Express.*express\.json.*Hono.*Next/);
    expect(await fix({ headers: { 'X-Powered-By': 'Express' } })).toMatch(/Express/);
    expect(await fix({ headers: { 'X-Powered-By': 'Express' } })).not.toMatch(/Hono/);
    expect(await fix({ headers: new Headers({ 'x-vercel-id': 'a' }) })).toMatch(/Next/);
    expect(await fix({ headers: [['X-Amzn-Trace-Id', 'Root=1']] })).toMatch(/Lambda/);
    expect(await fix({ framework: 'hono' })).toMatch(/^Verify.*Hono/);
  });

  it('says what was ruled out', async () => {
    const { causes } = await diagnose({ body: SENT, signature: hex(SENT, 'x'), secrets: SECRET });
    expect(causes.find(({ code }) => code === 'secret_wrong')?.message).toMatch(
      /Ruled out by computing \d+ combinations/,
    );
  });

  it('suspects a rewritten body where its declared length differs', async () => {
    const sent = '{"event":"video.updated","data":{"a":1,"a":1},"timestamp":"2024-03-31T12:00:00Z"}';
    const body = JSON.stringify(JSON.parse(sent));
    const headers = { 'content-length': String(sent.length) };
    const { causes } = await diagnose({ body, signature: hex(sent), secrets: SECRET, headers });
    expect(causes[0]).toMatchObject({ code: 'body_reserialized', proof: 'possible' });
  });

  it('judges a parsed body and a missing secret instead of throwing', async () => {
    const body = JSON.parse('{"event":"x","n":1}') as unknown as string;
    const signature = hex('{"event": "x", "n": 1.0}');
    expect(proven((await diagnose({ body, signature, secrets: SECRET })).causes)).toEqual([
      'body_already_parsed',
      'body_reserialized',
    ]);
    const none = { body: undefined as unknown as string, signature, secrets: SECRET };
    expect(proven((await diagnose(none)).causes)).toEqual(['body_empty']);
    const blank = { body: 'x', signature, secrets: undefined as unknown as string };
    expect(proven((await diagnose(blank)).causes)).toEqual(['secret_blank']);
  });

  it('never calls the text of a missing variable a secret that fits', async () => {
    const signed = { body: 'x', signature: hex('x', 'undefined') };
    const alone = await diagnose({ ...signed, secrets: 'undefined' });
    expect([alone.valid, proven(alone.causes)]).toEqual([false, ['secret_blank']]);
    const beside = await diagnose({ ...signed, secrets: [SECRET, 'undefined'] });
    expect([beside.valid, proven(beside.causes)]).toEqual([false, ['secret_missing_at_sender']]);
  });
});
