// Every link of every built page, and every anchor. `npm run docs` builds them.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { fileAt, SITE } from '../../support/site.js';

const pages = readdirSync(SITE, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.html'));
const read = (file: string) => readFileSync(file, 'utf8');
const valuesOf = (html: string, attribute: string) =>
  [...html.matchAll(new RegExp(`\\s${attribute}="([^"]*)"`, 'g'))].map(([, value = '']) =>
    value.replaceAll('&amp;', '&'),
  );

const ids = new Map<string, Set<string>>();
const idsOf = (file: string) => {
  const known = ids.get(file) ?? new Set(valuesOf(read(file), 'id'));
  ids.set(file, known);
  return known;
};

/** Links of a page that lead to no file of the site, or to no heading in it. */
function faultsOf(page: string): string[] {
  const base = new URL(page, 'http://site.test/');
  return [...new Set(valuesOf(read(`${SITE}${page}`), 'href'))].flatMap((href) => {
    const target = new URL(href, base);
    if (target.origin !== base.origin) return [];
    const file = fileAt(target.pathname);
    if (file === undefined) return [`${page}: ${href} leads nowhere`];
    const anchor = decodeURIComponent(target.hash.slice(1));
    return anchor === '' || !file.endsWith('.html') || idsOf(file).has(anchor)
      ? []
      : [`${page}: ${href} has no such heading`];
  });
}

it('links of all pages lead to a page and a heading', () => {
  expect(pages.length).toBeGreaterThan(200);
  expect(pages.filter((page) => page !== '404.html').flatMap(faultsOf)).toEqual([]);
});

it('no page loads or connects to anything outside of the site', () => {
  const loads = pages.flatMap((page) => {
    const html = read(`${SITE}${page}`).replaceAll(/<a\s[^>]*>/g, '');
    return [...valuesOf(html, 'src'), ...valuesOf(html, 'href')].filter((value) => /^(?:[a-z]+:)?\/\//.test(value));
  });
  expect(loads).toEqual([]);
});

it('every English page has its Russian one', () => {
  const english = pages.filter((page) => !page.startsWith('ru/') && page !== '404.html');
  expect(
    pages
      .filter((page) => page.startsWith('ru/'))
      .map((page) => page.slice(3))
      .sort(),
  ).toEqual(english.sort());
});
