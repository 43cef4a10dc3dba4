// The site's tables against the pages and the sources.
import { CAUSE_CODES } from '@videocloud/webhooks/doctor';
import { describe, expect, it } from 'vitest';
import { apiPages } from '../../docs/.vitepress/api.js';
import { causePages } from '../../docs/.vitepress/facts/causes.js';
import { errorPages } from '../../docs/.vitepress/facts/errors.js';
import { SECTIONS } from '../../docs/.vitepress/sidebar.js';
import { RESPONSES } from '../../packages/webhooks/src/errors.js';
import { compile } from './snippets/compile.js';
import { fences, pages, readPage } from './snippets/extract.js';

/** Pages for maintainers, and the home page, which has no place in the sidebar. */
const OUTSIDE = ['docs/architecture.md', 'docs/measurements.md', 'docs/index.md'];
/** Made from tables when the site is built. */
const MADE = /^docs\/reference\/(?:errors|causes|api)\//;

const ofDocs = pages().filter((file) => file.startsWith('docs/'));
const english = ofDocs.filter((file) => !file.startsWith('docs/ru/') && !OUTSIDE.slice(0, 2).includes(file));

/** The codes that a source declares as the members of a union type. */
function unionOf(file: string, type: string): string[] {
  const [, members = ''] = new RegExp(`export type ${type} =([^;]*);`).exec(readPage(file)) ?? [];
  return [...members.matchAll(/\| '(\w+)'/g)].map(([, code = '']) => code);
}

describe('the sidebar', () => {
  it('lists every page once', () => {
    const listed = SECTIONS.flatMap(({ pages: ones }) => ones.map(([path]) => `docs/${path}.md`));
    expect(listed.filter((file) => !MADE.test(file)).sort()).toEqual(
      english.filter((file) => !OUTSIDE.includes(file)).sort(),
    );
  });
});

describe('the Russian tree', () => {
  it('has the pages of the English one', () => {
    const russian = ofDocs
      .filter((file) => file.startsWith('docs/ru/'))
      .map((file) => file.replace('docs/ru/', 'docs/'));
    expect(russian.sort()).toEqual([...english].sort());
  });
});

describe('the pages of codes', () => {
  const codesOf = (list: readonly { params: { code: string } }[]) =>
    list.map(({ params }) => params.code).filter((code) => code !== 'index');
  const levels = (text: string) =>
    [...text.matchAll(/^(?:(#+) |```(\w+))/gm)].map(([, hashes, fence]) => hashes ?? fence);

  it('are there for every code of the sources', () => {
    const wanted = [
      ...Object.keys(RESPONSES),
      ...unionOf('packages/inbox/src/errors.ts', 'InboxErrorCode'),
      ...unionOf('packages/client/src/errors.ts', 'ApiErrorCode'),
    ];
    const server = /ErrorCode:\n(?:.*\n){2} +enum:\n((?: +- \w+\n)+)/.exec(readPage('openapi.yaml'))?.[1] ?? '';
    const all = new Set([...wanted, ...[...server.matchAll(/- (\w+)/g)].map(([, code = '']) => code)]);
    expect(all.size).toBeGreaterThan(38);
    expect(codesOf(errorPages('en')).sort()).toEqual([...all].sort());
    expect(codesOf(causePages('en')).sort()).toEqual([...CAUSE_CODES].sort());
  });

  it.each([
    ['errors', errorPages],
    ['causes', causePages],
    ['api', apiPages],
  ] as const)('of %s are equal in both languages, but for the words', (_, make) => {
    const russian = make('ru');
    for (const [at, { params, content }] of make('en').entries()) {
      expect(russian[at]?.params).toEqual(params);
      expect(levels(russian[at]?.content ?? ''), params.code).toEqual(levels(content));
    }
  });

  it('show code that compiles', () => {
    const snippets = errorPages('en').flatMap(({ params, content }) => fences(`errors_${params.code}.md`, content));
    expect(compile(snippets)).toEqual([]);
  });

  it('are written in Russian', () => {
    for (const { params, content } of [...errorPages('ru'), ...causePages('ru')]) {
      const prose = content.replaceAll(/^```.*?^```/gms, '');
      for (const [, heading = ''] of prose.matchAll(/^##+ (.*)$/gm)) expect(heading, params.code).toMatch(/[а-я]/);
    }
  });
});
