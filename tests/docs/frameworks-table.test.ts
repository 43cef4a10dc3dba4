// The table of frameworks is written by `npm run long -- frameworks`; here only that no page or entry is missing from it.
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { KNOWN } from '../frameworks/known.js';
import { ROWS, versionOf } from '../frameworks/rows.js';
import { BEGIN, END, PAGES } from '../frameworks/table.js';
import { readPage } from './snippets/extract.js';

/** Pages of docs/receive that are about no framework. */
const OTHERS = ['index', 'init', 'migrate', 'responses', 'rotate-a-secret', 'type-more-events'];

it('every page of a framework and every entry of the package has a row', () => {
  const pages = readdirSync('docs/receive').map((file) => file.replace('.md', ''));
  const frameworks = pages.filter((page) => !OTHERS.includes(page)).sort();
  expect([...new Set(ROWS.map(({ page }) => page))].sort()).toEqual(frameworks);
});

describe.each(Object.values(PAGES))('%s', (page) => {
  const text = readPage(page);
  const table = text.slice(text.indexOf(BEGIN), text.indexOf(END));

  it.each(ROWS.map((row) => [row.name, row] as const))('has the row %s, of the version that is tested', (_, row) => {
    const line = table.split('\n').find((one) => one.includes(`[${row.name}](${row.page}.md)`));
    expect(line).toContain(versionOf(row) ?? '');
    const cells = line?.match(/\d+\/\d+/g) ?? [];
    expect(cells).toHaveLength(row.platforms.length);
  });

  it.each(KNOWN.map(({ reason }) => reason[page.includes('/ru/') ? 'ru' : 'en']))(
    'says the difference: %s',
    (reason) => {
      expect(table).toContain(reason);
    },
  );
});
