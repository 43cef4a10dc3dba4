import { readFileSync } from 'node:fs';
import { join } from 'node:path';

// Not URLs: under jsdom `URL` is not Node's.
const FIXTURES = join(import.meta.dirname, 'fixtures');

export interface Vector {
  body: string;
  secret: string;
  signature: string;
}

export function fixtureBytes(name: string): Uint8Array {
  return new Uint8Array(readFileSync(join(FIXTURES, 'bodies', name)));
}

/** A fresh copy of a fixture that is JSON, such as an event of a platform's documentation. */
export function fixtureJson(name: string): unknown {
  return JSON.parse(readFileSync(join(FIXTURES, name), 'utf8'));
}

export const VECTORS: readonly Vector[] = JSON.parse(readFileSync(join(FIXTURES, 'vectors.json'), 'utf8'));

export const SECRET = 'whsec-test-secret';

/** Every shape of header that is not exactly 64 hex digits, made from a good signature. */
export function malformedHeaders(good: string): [string, unknown][] {
  const prefixes = Array.from({ length: 63 }, (_, n): [string, unknown] => [
    `its first ${n + 1} digits`,
    good.slice(0, n + 1),
  ]);
  return [
    ...prefixes,
    ['a tail of junk', `${good}zz`],
    ['a tail of hex', `${good}00`],
    ['a trailing newline', `${good}\n`],
    ['a leading space', ` ${good}`],
    ['junk in front', `zz${good}`],
    ['junk between', `${good.slice(0, 32)}zz${good.slice(34)}`],
    ['a NUL inside', `${good.slice(0, 32)}\0${good.slice(33)}`],
    ['a space inside', `${good.slice(0, 32)} ${good.slice(32)}`],
    ['a sha256= prefix', `sha256=${good}`],
    ['a v1, prefix', `v1,${good}`],
    ['an 0x prefix', `0x${good}`],
    ['two joined by a comma', `${good}, ${good}`],
    ['two without a space', `${good},${good}`],
    ['twice over', good + good],
    ['base64', Buffer.from(good, 'hex').toString('base64')],
    ['64 full-width digits', '１'.repeat(64)],
    ['64 letters that upper-case to ASCII', 'ı'.repeat(64)],
    ['64 non-ASCII characters', 'é'.repeat(64)],
    ['64 astral halves', '😀'.repeat(32)],
    ['one full-width digit', `${good.slice(0, 63)}１`],
    ['16 KB of hex', 'a'.repeat(16_384)],
    ['an array of one', [good]],
    ['an array of two', [good, good]],
    ['an empty array', []],
    ['a number', 42],
    ['NaN', Number.NaN],
    ['true', true],
    ['an object that spells it', { toString: () => good }],
    ['a String object', new String(good)],
    ['bytes', Buffer.from(good)],
    ['a symbol', Symbol(good)],
    ['a bigint', 1n],
    ['a function', () => good],
  ];
}

export const MISSING_HEADERS: [string, unknown][] = [
  ['undefined', undefined],
  ['null', null],
  ['empty', ''],
  ['a space', ' '],
  ['tabs and newlines', '\t\r\n'],
];
