import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { MISTAKES, type Mistake } from './support/mistakes.js';

/** Title and code of each row of the page's table. */
const rowsOf = (path: string): string[][] =>
  [...readFileSync(new URL(path, import.meta.url), 'utf8').matchAll(/^\| (.+?) +\| (.+?) +\| `(\w+)` +\|$/gm)].map(
    // The formatter writes emphasis with underscores.
    ([, title = '', shown = '', code = '']) => [title, shown.replace(/(?<!\w)_|_(?!\w)/g, '*'), code],
  );

const shownBy = ({ find, secret }: Mistake, words: readonly string[]) =>
  find ? words[0] : secret === undefined ? words[2] : words[1];

it.each([
  ['en', '../../../docs/test/inspector.md', ['*Find the mistake*', 'the form *Ask the doctor*', 'at once']],
  ['ru', '../../../docs/ru/test/inspector.md', ['«Найти ошибку»', 'форма «Спросить доктора»', 'сразу']],
] as const)('the page lists exactly the mistakes that are played: %s', (language, path, words) => {
  expect(rowsOf(path)).toEqual(MISTAKES.map((mistake) => [mistake[language], shownBy(mistake, words), mistake.shows]));
});
