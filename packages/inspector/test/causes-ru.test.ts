import { readFileSync } from 'node:fs';
import { causeInRussian } from '@videocloud/local-web/causes-ru';
import { CAUSE_CODES, diagnose, type Framework } from '@videocloud/webhooks/doctor';
import { describe, expect, it } from 'vitest';

const FRAMEWORKS: readonly (Framework | undefined)[] = [
  'express',
  'fastify',
  'koa',
  'nestjs',
  'hono',
  'next',
  'lambda',
  'worker',
  'node',
  undefined,
];

/** The doctor's own words by code: its table, which its own tests hold to the texts. */
const DOCS = readFileSync(new URL('../../../docs/test/doctor.md', import.meta.url), 'utf8');
const ENGLISH = new Map(
  [...DOCS.matchAll(/^\| `(\w+)` +\| (.+?) +\| (.+?) +\|$/gm)].map(([, code = '', message = '', fix = '']) => [
    code,
    { message, fix },
  ]),
);

// Back ticks, options, calls, object literals, dotted or camel-case names, packages, headers and routes.
const CODE =
  /`[^`]+`|--[\w-]+|config = \{.+?\}\.|[\w.]*\w\([^()]*\)(?:\.\w+\([^()]*\))*|'@[\w/-]+'|[\w]+(?:\.\w+)+|[a-z]+[A-Z]\w*|x-[a-z-]+|X-[A-Za-z-]+|application\/[\w-]+|(?:POST|PUT) ?[\w/]*|printf '%s'|'data'|\.env|inflate: false|export const \w+/g;
const snippets = (text: string): string[] => [...new Set(text.match(CODE) ?? [])];

describe('the causes in Russian', () => {
  it('has a Russian message and fix for every code, in which no English sentence is left', () => {
    expect(ENGLISH.size).toBe(CAUSE_CODES.length);
    const codes = new Map<string, string>();
    for (const code of CAUSE_CODES) {
      const { message, fix } = causeInRussian(code, 'express');
      for (const text of [message, fix]) {
        expect(text, code).toMatch(/[А-Яа-яЁё]{3}/);
        expect(text, code).toMatch(/[.)]$/);
        const prose = text.replace(CODE, '');
        expect(prose.match(/\b[a-z]+ [a-z]+ [a-z]+\b/g), `${code}: ${prose}`).toBeNull();
      }
      expect(codes.get(message), `${code} has the message of another`).toBeUndefined();
      codes.set(message, code);
    }
  });

  it('keeps the code of the English texts as it is', () => {
    let kept = 0;
    for (const code of CAUSE_CODES) {
      const russian = causeInRussian(code, undefined);
      const english = ENGLISH.get(code);
      // Of a fix that depends on the framework the table only says so: that is the next test's.
      const fix = /^Verify the raw bytes/.test(english?.fix ?? '') ? '' : (english?.fix ?? '');
      for (const [said, text] of [
        [english?.message ?? '', russian.message],
        [fix, russian.fix],
      ] as const) {
        for (const snippet of snippets(said)) {
          expect(text, code).toContain(snippet);
          kept += 1;
        }
      }
    }
    expect(kept).toBeGreaterThan(40);
  });

  it.each(FRAMEWORKS)('shows the code of the fix for %s', async (framework) => {
    const parsed = { event: 'video.deleted' } as unknown as string;
    const { causes } = await diagnose({ body: parsed, signature: '0'.repeat(64), secrets: 'a-secret', framework });
    const [cause] = causes;
    expect(cause?.code).toBe('body_already_parsed');
    const { fix } = causeInRussian('body_already_parsed', framework);
    const wanted = snippets(cause?.fix ?? '');
    expect(wanted.length).toBeGreaterThan(1);
    for (const snippet of wanted) expect(fix).toContain(snippet);
    expect(snippets(fix)).toEqual(wanted);
  });
});
