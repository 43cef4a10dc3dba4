import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { diagnose } from '../../src/doctor/index.js';
import { createReceiver, parseEvent, validateEvent, verify } from '../../src/index.js';
import * as web from '../../src/runtime/web.js';
import { SECRET } from '../support.js';

const MAX_EXPONENT = 1.6;

// CPU time of this process, so that neighbors on the machine do not count; the least of several runs, so that neither
// does a collection of garbage or compiling.
function cpu(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

async function least(work: () => unknown, runs: number): Promise<number> {
  // As many calls a run as take 4 ms: cpuUsage is a clock of some hundred microseconds in places.
  let calls = 0;
  const until = cpu() + 4_000;
  do {
    await work();
    calls++;
  } while (cpu() < until);
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run++) {
    const began = cpu();
    for (let call = 0; call < calls; call++) await work();
    best = Math.min(best, (cpu() - began) / calls);
  }
  return Math.max(best, 0.01);
}

/** The exponent of work against size; measured again, up to twice, where it comes out too large: what really grows so stays. */
async function exponent(sizes: readonly number[], make: (size: number) => () => unknown, runs = 5): Promise<number> {
  let smallest = Number.POSITIVE_INFINITY;
  for (let n = 0; n < 3 && !(smallest < MAX_EXPONENT); n++) smallest = Math.min(smallest, await fit(sizes, make, runs));
  return smallest;
}

/** The slope of a least-squares line through the logarithms. */
async function fit(sizes: readonly number[], make: (size: number) => () => unknown, runs: number): Promise<number> {
  const points: [number, number][] = [];
  for (const size of sizes) points.push([Math.log(size), Math.log(await least(make(size), runs))]);
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const x = mean(points.map(([value]) => value));
  const y = mean(points.map(([, value]) => value));
  const covariance = mean(points.map(([a, b]) => (a - x) * (b - y)));
  return covariance / mean(points.map(([a]) => (a - x) ** 2));
}

const KIB = 1_024;
const sign = (body: string | Uint8Array) => createHmac('sha256', SECRET).update(body).digest('hex');
const event = (data: string) => `{"event":"video.processed","timestamp":"2024-03-31T12:00:00Z","data":${data}}`;
const UP_TO_MIB = [16 * KIB, 64 * KIB, 256 * KIB, KIB * KIB];

it('the measure tells a quadratic from a linear', async () => {
  const loop = (steps: number) => () => {
    let sum = 0;
    for (let step = 0; step < steps; step++) sum += step % 7;
    return sum;
  };
  expect(await exponent([200, 400, 800, 1_600], (size) => loop(size * size))).toBeGreaterThan(MAX_EXPONENT);
  expect(await exponent([20_000, 80_000, 320_000], loop)).toBeLessThan(MAX_EXPONENT);
});

describe('the work grows no faster than the size to the power of 1.6', () => {
  const body = event('{}');
  const headers: [string, (size: number) => unknown][] = [
    ['hex digits', (size) => 'a'.repeat(size)],
    ['blanks', (size) => ' '.repeat(size)],
    ['blanks before a letter', (size) => `${'\t '.repeat(size / 2)}x`],
    ['good signatures and commas', (size) => `${sign(body)}, `.repeat(size / 66)],
    ['prefixes', (size) => 'sha256='.repeat(size / 7)],
    ['full-width digits', (size) => '１'.repeat(size)],
    ['an array of digits', (size) => Array.from({ length: size / 64 }, () => 'a'.repeat(64))],
  ];
  it.each(headers)('in a header of %s', async (_, make) => {
    const slope = await exponent(UP_TO_MIB, (size) => {
      const header = make(size);
      return () => verify(body, header, SECRET);
    });
    expect(slope).toBeLessThan(MAX_EXPONENT);
  });

  const lists: [string, (size: number) => string][] = [
    ['one long string', (size) => `{"title":"${'x'.repeat(size)}"}`],
    ['escapes', (size) => `{"title":"${'\\u0041'.repeat(size / 6)}"}`],
    ['members', (size) => `{${Array.from({ length: size / 12 }, (_, n) => `"k${n}":${n}`).join()}}`],
    ['the same member again and again', (size) => `{${Array.from({ length: size / 6 }, () => '"a":1').join()}}`],
    [
      'wrong formats, one after the other',
      (size) => `{"formats":[${Array.from({ length: size / 3 }, () => '{}').join()}]}`,
    ],
    ['digits of one number', (size) => `{"size":${'9'.repeat(size)}}`],
    ['white space', (size) => `{${' \n'.repeat(size / 2)}}`],
    ['braces that never close', (size) => '{"a":'.repeat(size / 5)],
  ];
  it.each(lists)('in a body of %s', async (_, make) => {
    const receiver = createReceiver({ secrets: SECRET, onUnhandled: () => undefined });
    // Up to 128 KiB: far beyond, V8's own JSON.parse pays for collecting what it builds, by leaps.
    const slope = await exponent(
      [2 * KIB, 8 * KIB, 32 * KIB, 128 * KIB],
      (size) => {
        const bytes = Buffer.from(event(make(size)));
        const signature = sign(bytes);
        return async () => {
          const { status } = await receiver.receive({ body: bytes, signature });
          if (status === 413) throw new Error(`${bytes.length} bytes were not even looked at`);
        };
      },
      3,
    );
    expect(slope).toBeLessThan(MAX_EXPONENT);
  });
});

describe('no faster either', () => {
  it.each([
    ['node', (bytes: Uint8Array, hex: string) => verify(bytes, hex, SECRET)],
    ['web', (bytes: Uint8Array, hex: string) => web.matchIndex(SECRET, bytes, hex)],
  ] as const)('in the bytes under a signature (%s)', async (_, check) => {
    const slope = await exponent(UP_TO_MIB, (size) => {
      const bytes = Buffer.alloc(size, 7);
      return () => check(bytes, 'a'.repeat(64));
    });
    expect(slope).toBeLessThan(MAX_EXPONENT);
  });

  it.each([
    ['arrays', '[', ']'],
    ['objects', '{"d":', '}'],
    ['formats of formats', '{"formats":[', ']}'],
  ])('in the depth of JSON, of %s', async (_, open, close) => {
    const innermost = open.endsWith(':') ? '1' : '';
    const nested = (depth: number) => event(`{"d":${open.repeat(depth)}${innermost}${close.repeat(depth)}}`);
    const depths = [500, 1_000, 2_000, 4_000];
    const parsing = await exponent(depths, (depth) => {
      const bytes = Buffer.from(nested(depth));
      return () => parseEvent(bytes);
    });
    expect(parsing).toBeLessThan(MAX_EXPONENT);
    const checking = await exponent(depths, (depth) => {
      const value: unknown = JSON.parse(nested(depth));
      return () => validateEvent(value);
    });
    expect(checking).toBeLessThan(MAX_EXPONENT);
  });
});

describe('nor in the doctor', () => {
  // Its own limit of time would flatten the curve: with the clock stopped, the work itself is seen.
  beforeAll(() => void vi.spyOn(performance, 'now').mockReturnValue(0));
  afterAll(() => vi.restoreAllMocks());

  const signature = 'b'.repeat(64);
  const inputs: [string, (size: number) => { body: string; signature: unknown }][] = [
    ['a body of text', (size) => ({ body: event(`{"title":"${'x'.repeat(size)}"}`), signature })],
    ['a body of numbers', (size) => ({ body: event(`{"n":[${'1.50,'.repeat(size / 5)}1]}`), signature })],
    ['a body of escapes', (size) => ({ body: event(`{"t":"${'\\u00e9\\/'.repeat(size / 8)}"}`), signature })],
    ['a body of quotes', (size) => ({ body: '"'.repeat(size), signature })],
    ['a body of backslashes', (size) => ({ body: '\\'.repeat(size), signature })],
    ['a body of blank lines', (size) => ({ body: ' \r\n'.repeat(size / 3), signature })],
    ['a body of percent signs', (size) => ({ body: '%7B+='.repeat(size / 5), signature })],
    ['a body of open brackets', (size) => ({ body: '['.repeat(size), signature })],
    ['a nested body', (size) => ({ body: event('['.repeat(size / 20) + ']'.repeat(size / 20)), signature })],
    ['a header of commas and keys', (size) => ({ body: event('{}'), signature: 't=1,v1='.repeat(size / 7) })],
    ['a header of hex digits', (size) => ({ body: event('{}'), signature: 'a'.repeat(size) })],
  ];
  it.each(inputs)('given %s', async (_, make) => {
    const slope = await exponent(
      [KIB, 4 * KIB, 16 * KIB],
      (size) => {
        const input = { ...make(size), secrets: SECRET, headers: { 'content-type': 'application/json' } };
        return () => diagnose(input);
      },
      1,
    );
    expect(slope).toBeLessThan(MAX_EXPONENT);
  });
});
