import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CAUSE_CODES, type DiagnoseInput, type Diagnosis, diagnose } from '../../src/doctor/index.js';

const SECRET = 'correct-horse-battery-staple';
const MISMATCH = 'b'.repeat(64);
const MIB = 1024 * 1024;
// Generous: the doctor stops after a fraction of a second on a machine at rest. Only what never ends must fail.
const ENDS_WITHIN_MS = 30_000;
const hex = (body: string | Uint8Array, secret = SECRET) => createHmac('sha256', secret).update(body).digest('hex');

const FOLDER = new URL('../fixtures/hostile/', import.meta.url);
const FILES = readdirSync(FOLDER).map((name): [string, Buffer] => [name, readFileSync(new URL(name, FOLDER))]);
const bodyOf = (name: string) => FILES.find(([file]) => file === name)?.[1] ?? Buffer.alloc(0);

async function ends(input: unknown): Promise<Diagnosis> {
  const started = Date.now();
  const diagnosis = await diagnose(input as DiagnoseInput);
  expect(Date.now() - started).toBeLessThan(ENDS_WITHIN_MS);
  expect(diagnosis.valid || diagnosis.causes.length > 0).toBe(true);
  for (const { code, proof, message, fix } of diagnosis.causes) {
    expect(CAUSE_CODES).toContain(code);
    expect(['proven', 'possible']).toContain(proof);
    expect(`${message}${fix}`).not.toMatch(/undefined\b.*'[^']*'$|\[object/);
    expect(message.length).toBeGreaterThan(0);
    expect(fix.length).toBeGreaterThan(0);
  }
  return diagnosis;
}

const provenOf = ({ causes }: Diagnosis) => causes.filter(({ proof }) => proof === 'proven').map(({ code }) => code);

describe('a body of a stranger', () => {
  it.each(FILES)('%s: ends, throws nothing, proves nothing', async (_name, body) => {
    for (const signature of [MISMATCH, `sha256=${MISMATCH}`, MISMATCH.slice(0, 40)]) {
      expect(provenOf(await ends({ body, signature, secrets: SECRET }))).toEqual([]);
    }
  });

  const fill = (text: string, size = MIB) => text.repeat(Math.ceil(size / Buffer.byteLength(text))).slice(0, size);
  it.each<[string, string | Uint8Array]>([
    ...['a', '=', '"', '\\', '{', '[', '\n', ' ', '%', '&', '0', '\0', '\u0300', '\ud800', '/', '-', '\r\n'].map(
      (unit): [string, string] => [`1 MiB of ${JSON.stringify(unit)}`, fill(unit, unit > '\x7f' ? MIB / 3 : MIB)],
    ),
    ['1 MiB of equal signs, then a letter', `${fill('=')}x`],
    ['combining marks in two orders', `{"a":"a${'\u0315\u0300'.repeat(MIB / 5)}"}`],
    ['30,000 nested arrays', `${'['.repeat(30_000)}${']'.repeat(30_000)}`],
    ['30,000 nested arrays in an event', `{"event":"x","data":${'['.repeat(30_000)}${']'.repeat(30_000)}}`],
    ['5,000 nested objects', `${'{"event":'.repeat(5_000)}1${'}'.repeat(5_000)}`],
    ['deep and wide', `${'['.repeat(4_000)}${fill('1,', MIB - 9_000)}1${']'.repeat(4_000)}`],
    ['deep and wide, small', `${'['.repeat(190)}${fill('1,', 15_000)}1${']'.repeat(190)}`],
    ['a number of a million digits', `{"a":${'9'.repeat(1_000_000)}}`],
    ['a number of 10,000 digits', `{"a":${'9'.repeat(10_000)},"b":0.${'1'.repeat(5_000)}}`],
    ['10,000 duplicate names', `{${'"event":{"event":1},'.repeat(10_000)}"a":1}`],
    ['a million values', `{"a":[${'1,'.repeat(500_000)}1]}`],
    ['slashes without one letter beyond ASCII', `{"a":"${'/'.repeat(16_000)}"}`],
    ['chunks of one byte', '1\r\na\r\n'.repeat(MIB / 6)],
    ['pairs of a form', '%7B=a&'.repeat(MIB / 6)],
    ['half-open entities', '&#'.repeat(MIB / 2)],
    ['times with endless fractions', `T00:00:00.${'0'.repeat(MIB)} `],
    ['a gzip bomb', gzipSync(Buffer.alloc(64 * MIB))],
    ['a gzip bomb of JSON', gzipSync(`[${'[],'.repeat(5 * MIB)}[]]`)],
    ['a brotli bomb', brotliCompressSync(Buffer.alloc(64 * MIB))],
    ['16 MiB', Buffer.alloc(16 * MIB, '{"a":1}')],
    ['escapes in a string', `"${'\\"'.repeat(MIB / 2)}"`],
    ['text stringified twice', JSON.stringify(JSON.stringify(fill('"', MIB / 4)))],
  ])('%s: ends, throws nothing, proves nothing', async (_name, body) => {
    expect(provenOf(await ends({ body, signature: MISMATCH, secrets: SECRET }))).toEqual([]);
    const wrapped = typeof body === 'string' ? `{"body":${JSON.stringify(body).slice(0, MIB)}}` : body;
    expect(provenOf(await ends({ body: wrapped, signature: MISMATCH, secrets: `${SECRET}\n` }))).toEqual([]);
  });

  it('lets the event loop run while it works', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await ends({ body: Buffer.alloc(MIB, '{"a":1}'), signature: MISMATCH, secrets: SECRET, timeLimitMs: 10_000 });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
  });
});

describe('the rest of a request', () => {
  const body = bodyOf('duplicate-keys.bin');
  it.each<[string, unknown]>([
    ['4 KiB of dots', '.'.repeat(4_096)],
    ['dots, then a letter', `${'.'.repeat(4_095)}x`],
    ['equal signs', `${'='.repeat(4_095)}x`],
    ['a megabyte', 'a'.repeat(MIB)],
    ['a megabyte of commas', ','.repeat(MIB)],
    ['marks', 'a\u0315\u0300'.repeat(1_300)],
    ['half a surrogate pair', '\ud800'.repeat(100)],
    ['NUL', '\0'.repeat(64)],
    ['an array of arrays', [[[]], MISMATCH]],
    ['an array whose items throw', new Proxy([1], { get: () => raise() })],
    ['bytes', new Uint8Array(64)],
    ['shared bytes', new Uint8Array(new SharedArrayBuffer(32))],
    ['a symbol', Symbol('s')],
    ['a function', () => MISMATCH],
    ['an object that throws', { toString: raise, valueOf: raise }],
  ])('signature: %s', async (_name, signature) => {
    expect(provenOf(await ends({ body, signature, secrets: SECRET }))).toEqual([]);
  });

  const headers = (pairs: [string, unknown][]) => ({ body, signature: MISMATCH, secrets: SECRET, headers: pairs });
  it.each<[string, unknown]>([
    ['100,000 headers', headers(Array.from({ length: 100_000 }, (_, at) => [`x-sign-${at}`, MISMATCH]))],
    ['one header of a megabyte', headers([['x-signature', 'a'.repeat(MIB)]])],
    ['times without end', headers(Array.from({ length: 50 }, (_, at) => [`x-date-${at}`, 'a'.repeat(128)]))],
    ['empty times', headers([['date', '']])],
    ['headers without end', { ...headers([]), headers: endless() }],
    ['headers that throw', { ...headers([]), headers: new Proxy({ a: '' }, { get: () => raise() }) }],
    ['headers that are a number', { ...headers([]), headers: 42 }],
    ['getters that throw', throwing()],
    ['nothing', undefined],
    ['null', null],
    ['a framework that does not exist', { ...headers([]), body: {}, framework: 'rails' }],
    ['a framework of Object', { ...headers([]), body: {}, framework: 'toString' }],
    ['a time limit that is none', { ...headers([]), timeLimitMs: Number.NaN }],
    ['a negative time limit', { ...headers([]), timeLimitMs: -1 }],
    ['a time limit without end', { ...headers([]), timeLimitMs: Number.POSITIVE_INFINITY }],
    ['a body that refers to itself', { ...headers([]), body: circular() }],
    ['a body that is a symbol', { ...headers([]), body: Symbol('b') }],
    ['a body whose toJSON gives nothing', { ...headers([]), body: { toJSON: () => undefined } }],
    ['a body whose toJSON throws', { ...headers([]), body: { toJSON: raise } }],
    ['a nested parsed body', { ...headers([]), body: JSON.parse(`${'['.repeat(30_000)}${']'.repeat(30_000)}`) }],
    ['a BigInt body', { ...headers([]), body: 1n }],
  ])('%s', async (_name, input) => {
    await ends(input);
  });

  it('stops in other headers too: what comes after the limit of its work is not tried', async () => {
    const large = Buffer.alloc(MIB, 'x');
    // 400 secrets for a body of 1 MiB are more than the limit, before the fourth header is looked at.
    const secrets = [SECRET, ...Array.from({ length: 399 }, (_, at) => `secret-${at}`)];
    const others = [...['1', '2', '3'].map((digit) => digit.repeat(64)), hex(large)];
    const found = async (values: string[]) =>
      (
        await ends({
          body: large,
          secrets,
          timeLimitMs: 10_000,
          headers: values.map((text, at) => [`x-sign-${at}`, text]),
        })
      ).causes[0]?.code;
    expect(await found(others.slice(-1))).toBe('signature_other_header');
    expect(await found(others)).not.toBe('signature_other_header');
  });

  it.each<[string, unknown]>([
    ['10,000 of them', Array.from({ length: 10_000 }, (_, at) => `secret-${at}`)],
    ['one of a megabyte', 'a'.repeat(MIB)],
    ['a megabyte of spaces and a letter', `${' '.repeat(MIB)}a`],
    ['quotes and spaces', `"${' ;"'.repeat(1_000)}`],
    ['half a surrogate pair', '\ud800secret'],
    ['marks', `a${'\u0315\u0300'.repeat(2_000)}`],
    ['bytes that are no text', Uint8Array.of(0xff, 0xfe, 1)],
    ['shared bytes', new Uint8Array(new SharedArrayBuffer(8)).fill(7)],
    ['odd values among good ones', [null, 42, {}, Symbol('x'), () => '', SECRET, new Uint8Array(0)]],
    ['a sparse list', Object.assign([], { 5: SECRET })],
    ['a list that throws', new Proxy([SECRET], { get: () => raise() })],
    ['an object that throws', { toString: raise, [Symbol.toPrimitive]: raise }],
  ])('secrets: %s', async (_name, secrets) => {
    await ends({ body, signature: MISMATCH, secrets });
    await ends({ body: Buffer.alloc(MIB, 'x'), signature: MISMATCH, secrets, otherSecrets: secrets });
  });

  it('answers for a secret of 10,000 as long as it is among the first thousand', async () => {
    const secrets = Array.from({ length: 10_000 }, (_, at) => `secret-${at}`);
    expect(await ends({ body, signature: hex(body, 'secret-900'), secrets })).toEqual({ valid: true, causes: [] });
  });

  it('counts what long secrets cost: each of them is hashed at every try', async () => {
    const secrets = Array.from({ length: 10 }, (_, at) => `${at}${'s'.repeat(MIB)}`);
    const { causes } = await ends({ body: '{"a":1}', signature: MISMATCH, secrets });
    const tried = /computing (\d+) combinations/.exec(causes.map(({ message }) => message).join())?.[1];
    expect(Number(tried)).toBeGreaterThan(0);
    expect(Number(tried)).toBeLessThan(500);
    expect((await ends({ body: '{"a":1}', signature: hex('{"a":1}', secrets[9]), secrets })).valid).toBe(true);
  });

  it('judges the bytes it was given, whatever the caller writes over them meanwhile', async () => {
    const shared = Buffer.from('{"event": "video.deleted"}');
    const running = diagnose({
      body: shared,
      signature: hex('{"event":"video.deleted"}'),
      secrets: SECRET,
      timeLimitMs: 10_000,
    });
    shared.fill(0);
    expect(provenOf(await running)).toEqual(['body_reserialized']);
  });
});

describe('the clock', () => {
  afterEach(() => void vi.useRealTimers());

  it('does not need timers or a clock of the test', async () => {
    vi.useFakeTimers();
    await ends({ body: Buffer.alloc(MIB / 2, '{"a":1}'), signature: MISMATCH, secrets: SECRET });
  });

  it('ends at the limit it was given, after the plain causes were tried', async () => {
    const body = '{"event":"video.deleted","data":{"n":1}}';
    const one = await ends({ body: `${body}\n`, signature: hex(body), secrets: SECRET, timeLimitMs: 1 });
    expect(provenOf(one)).toEqual(['body_newline_added']);
  });
});

describe('what is proven is true', () => {
  const sent = '{"event":"video.deleted","data":{"title":"a\\"b","note":"жук"}}';
  const declared = { 'content-length': String(Buffer.byteLength(sent)) };
  const found = (body: Uint8Array | string, more: Partial<DiagnoseInput> = {}) =>
    ends({ body, signature: MISMATCH, secrets: SECRET, headers: declared, ...more });

  it.each<[string, Uint8Array | string]>([
    ['a filter took the backslashes', sent.replaceAll('\\', '')],
    ['converted to another character set', Buffer.from(sent.replace('жук', '\xe6\xf3\xea'), 'latin1')],
    ['a filter took every closing brace but the middle is broken too', sent.replace('"data":', '"data"').slice(0, -2)],
    ['written again in fewer bytes', sent.replace('\\"', '')],
  ])('%s: shorter than declared, yet not proven to be cut', async (_name, body) => {
    expect(provenOf(await found(body))).toEqual([]);
  });

  it.each([sent.slice(0, 20), sent.slice(0, -1), '{"event":tr', '{"n":1.', '{"n":-', '{"a":"\\u00'])(
    'cut within the document: %s',
    async (body) => {
      expect(provenOf(await found(body))).toEqual(['body_truncated']);
    },
  );

  it('a length that does not count contradicts nothing', async () => {
    const headers = { ...declared, 'transfer-encoding': 'chunked' };
    expect(provenOf(await found(sent.slice(0, 20), { headers }))).toEqual([]);
  });

  it('an empty time in a header is not taken for a signed time', async () => {
    const headers = { date: '' };
    expect(provenOf(await ends({ body: '{"a":1}', signature: hex('.{"a":1}'), secrets: SECRET, headers }))).toEqual([]);
  });
});

it('fuzz: bytes made of the corpus end and prove nothing', async () => {
  const piece = fc.oneof(
    fc.constantFrom(...FILES.map(([, bytes]) => bytes)),
    fc.uint8Array({ maxLength: 40 }),
    fc.json().map((text) => Buffer.from(text)),
    fc
      .constantFrom('{"event":"', '"}', '\r\n', '0\r\n', '\\u', '%7B', '&#x', 'POST / HTTP/1.1\r\n', '=')
      .map((text) => Buffer.from(text)),
  );
  const some = fc.tuple(fc.array(piece, { maxLength: 6 }), fc.nat(80)).map(([parts, cut]) => {
    const joined = Buffer.concat(parts);
    return joined.subarray(0, Math.max(0, joined.length - cut));
  });
  await fc.assert(
    fc.asyncProperty(some, async (body) => {
      expect(provenOf(await ends({ body, signature: MISMATCH, secrets: SECRET, timeLimitMs: 20 }))).toEqual([]);
    }),
    { numRuns: 80 },
  );
});

function raise(): never {
  throw new Error('a stranger’s getter');
}

function* endless(): Generator<[string, string]> {
  for (let at = 0; ; at++) yield [`x-${at}`, 'value'];
}

function throwing(): unknown {
  const names = ['body', 'signature', 'secrets', 'headers', 'otherSecrets', 'framework', 'timeLimitMs'];
  return Object.defineProperties({}, Object.fromEntries(names.map((name) => [name, { get: raise }])));
}

function circular(): unknown {
  const value: { self?: unknown } = {};
  value.self = value;
  return value;
}
