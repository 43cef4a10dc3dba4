// The table of docs/receive/index.md and its Russian page, between two markers.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KNOWN } from './known.js';
import { explains, matches, reportOf, resultsOf } from './results.js';
import { ROWS, versionOf } from './rows.js';

export const BEGIN = '<!-- frameworks: begin -->';
export const END = '<!-- frameworks: end -->';
export const PAGES = { en: 'docs/receive/index.md', ru: 'docs/ru/receive/index.md' };

const repository = fileURLToPath(new URL('../../', import.meta.url));
const PLATFORMS = ['Node 20', 'Node 22', 'Node 24', 'Node 26', 'Bun', 'Deno', 'workerd'];
const WORDS = {
  en: {
    head: 'framework',
    compiled: 'types compiled',
    known: ['where', 'cases that fail', 'why'],
  },
  ru: {
    head: 'фреймворк',
    compiled: 'типы скомпилированы',
    known: ['где', 'не проходит случаев', 'почему'],
  },
};

/** @typedef {Map<string, Map<string, import('./results.js').Result>>} Results by row, then by platform */

/** @param {string} reports folder of the last report of each row */
export function writeTable(reports) {
  /** @type {Results} */
  const results = new Map();
  for (const { name } of ROWS) {
    const file = join(reports, reportOf(name));
    if (existsSync(file)) results.set(name, resultsOf(JSON.parse(readFileSync(file, 'utf8'))));
  }
  const missing = ROWS.filter(({ name }) => !results.has(name)).map(({ name }) => name);
  if (missing.length > 0) {
    console.log(`No table: ${missing.join(', ')} have not run here yet.`);
    return;
  }
  for (const [language, page] of Object.entries(PAGES)) {
    const text = readFileSync(join(repository, page), 'utf8');
    if (!text.includes(BEGIN) || !text.includes(END)) throw new Error(`${page} has lost the marks of the table`);
    const table = render(results, language === 'ru' ? 'ru' : 'en');
    const [before] = text.split(BEGIN);
    const after = text.split(END)[1];
    writeFileSync(join(repository, page), `${before}${BEGIN}\n\n${table}\n\n${END}${after}`);
  }
  const biome = join(repository, 'node_modules/.bin/biome');
  execFileSync(biome, ['format', '--write', ...Object.values(PAGES)], { cwd: repository, stdio: 'ignore' });
}

/**
 * @param {Results} results
 * @param {'en' | 'ru'} language
 */
function render(results, language) {
  const words = WORDS[language];
  const rows = ROWS.map((row) => {
    const cells = PLATFORMS.map((platform) => cellOf(results.get(row.name)?.get(platform)));
    if (row.platforms.length === 0) cells[2] = words.compiled;
    return `[${row.name}](${row.page}.md) ${versionOf(row) ?? ''} | ${cells.join(' | ')}`;
  });
  return [
    tableOf([words.head, ...PLATFORMS.map(titleOf)], rows),
    tableOf(words.known, knownRows(results, language)),
  ].join('\n\n');
}

/** @param {import('./results.js').Result | undefined} result */
const cellOf = (result) => (result === undefined ? '' : `${result.passed}/${result.all}`);

/** @param {string} platform */
function titleOf(platform) {
  if (platform.startsWith('Node')) return platform;
  const file = join(repository, `tests/runtimes/node_modules/${platform.toLowerCase()}/package.json`);
  return `${platform} ${JSON.parse(readFileSync(file, 'utf8')).version}`;
}

/**
 * @param {Results} results
 * @param {'en' | 'ru'} language
 */
function knownRows(results, language) {
  return KNOWN.map((known) => {
    /** @type {Map<string, number[]>} counts by row */
    const where = new Map();
    for (const [name, byPlatform] of results) {
      for (const [platform, { failed }] of byPlatform) {
        if (!known.rows.some((row) => matches(row, `${name} on ${platform}`))) continue;
        const count = failed.filter((title) => explains(known, title)).length;
        where.set(name, [...(where.get(name) ?? []), count]);
      }
    }
    const counts = [...new Set([...where.values()].flat())].sort((a, b) => a - b);
    return `${[...where.keys()].join(', ')} | ${counts.join('–')} | ${known.reason[language]}`;
  });
}

/**
 * @param {string[]} head
 * @param {string[]} rows
 */
function tableOf(head, rows) {
  const line = (/** @type {string} */ cells) => `| ${cells} |`;
  return [line(head.join(' | ')), line(head.map(() => '---').join(' | ')), ...rows.map(line)].join('\n');
}
