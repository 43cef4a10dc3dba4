import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compactJson, endsEarly, memberOf, readJson } from '../../src/doctor/json/reader.js';

const accepts = (text: string) => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

const piece = fc.constantFrom(
  ...[
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '"a"',
    '\\',
    '\\u',
    '\\u00e9',
    '\\n',
    'true',
    'nul',
    'null',
    '0',
    '-',
    '1.5',
    '.',
  ],
  ...['e', 'E+9', '01', ' ', '\n', '\u00a0', '\ufeff', '\u0000', '\u001f', '\ud800', 'é', '__proto__'],
);
const soup = fc.array(piece, { maxLength: 10 }).map((parts) => parts.join(''));

describe('readJson', () => {
  it('accepts what JSON.parse accepts, and nothing else', () => {
    fc.assert(
      fc.property(fc.oneof(soup, fc.json(), fc.string({ unit: 'binary', maxLength: 8 })), (text) => {
        expect(readJson(text) !== undefined).toBe(accepts(text));
      }),
      { numRuns: 3_000 },
    );
  });

  it('keeps the spelling of every part', () => {
    const text = ' {"a":[1.50, "\\u00e9\\/", {"b":null}],"a":-0e1} ';
    const document = readJson(text);
    expect(document?.numbers).toEqual(['1.50', '-0e1']);
    expect(document?.root.source).toBe(text.trim());
    expect(memberOf(document?.root, 'a')?.source).toBe('-0e1');
    expect(memberOf(document?.root, '__proto__')).toBeUndefined();
  });

  it('refuses a document of too many levels or values, and ends', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    expect(readJson(nested(200))).toBeDefined();
    for (const depth of [300, 30_000, 1_000_000]) expect(readJson(nested(depth))).toBeUndefined();
    expect(readJson(`[${'1,'.repeat(200_000)}1]`)).toBeUndefined();
  });
});

it('endsEarly holds for every beginning of a document, and for nothing that is wrong before its end', () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), soup), fc.nat(30), (text, cut) => {
      const start = text.slice(0, Math.max(0, text.length - cut));
      const early = endsEarly(start);
      if (accepts(text) && !accepts(start) && /^\s*[[{"]/.test(start)) expect(early).toBe(true);
      if (accepts(start)) expect(early).toBe(false);
      // What is wrong stays wrong with more behind it.
      if (early) expect(endsEarly(`${start}\u0001`)).toBe(false);
    }),
    { numRuns: 2_000 },
  );
});

it('compactJson never throws', () => {
  for (const text of ['', '{', '['.repeat(100_000), `${'['.repeat(100_000)}${']'.repeat(100_000)}`]) {
    expect(compactJson(text)).toBeUndefined();
  }
  expect(compactJson('{ "a": 1.0 }')).toBe('{"a":1}');
});
