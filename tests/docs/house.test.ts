// Rules of the house that no other tool checks: the words of the repository, and how long its files are.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ROOT, readPage } from './snippets/extract.js';

const LIST = 'tests/docs/private-words.txt';
/** They name the words. */
const OWN = [LIST, 'tests/docs/house.test.ts'];
const GENERATED = /(?:^|\/)(?:generated|fixtures|vectors)\/|package-lock\.json$|\.(?:png|svg)$/;

const files = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' })
  .split('\0')
  .filter((file) => file !== '' && existsSync(`${ROOT}/${file}`) && !GENERATED.test(file));

describe('the words of the repository', () => {
  const words = readPage(LIST)
    .split('\n')
    .filter((line) => line.includes(' => '))
    .map((line) => line.split(' => ') as [string, string]);

  it('are those of the field', () => {
    const faults = files
      .filter((file) => !OWN.includes(file))
      .flatMap((file) => {
        const text = readPage(file);
        return words.flatMap(([word, better]) => {
          const match = new RegExp(`(?<![\\w-])(?:${word})(?!\\w)`).exec(text);
          if (match === null) return [];
          return [`${file}:${text.slice(0, match.index).split('\n').length}: ${match[0]} (better: ${better})`];
        });
      });
    expect(faults).toEqual([]);
  });

  it('are found', () => {
    const found = words.filter(([word]) =>
      new RegExp(`\\b(?:${word})\\b`).test('Way mishap spoilt for ever behaviour'),
    );
    expect(found.map(([word]) => word)).toHaveLength(5);
  });
});

describe('the length of files', () => {
  /** Tests may be longer: a suite of one unit stays in one file. */
  const limitOf = (file: string) => (/(?:^|\/)(?:tests?|bench)\//.test(file) ? 450 : 250);

  it('lets a reader take one in', () => {
    const long = files
      .filter((file) => /\.(?:[cm]?[jt]sx?|css)$/.test(file))
      .map((file) => [file, readPage(file).split('\n').length - 1] as const)
      .filter(([file, lines]) => lines > limitOf(file));
    expect(long).toEqual([]);
  });
});

/** Paths of the repository in inline code; `NAME` stands for one that is to be made. */
function pathsIn(page: string): string[] {
  const text = readPage(page).replaceAll(/^```.*?^```/gms, '');
  return [...text.matchAll(/`([\w@.-]+\/[\w@./{},-]*)`/g)]
    .flatMap(([, path = '']) => expanded(path))
    .filter((path) => !path.includes('NAME'));
}

/** `a/{b,c}` as two paths. */
function expanded(path: string): string[] {
  const [whole, list] = /\{([^{}]*)\}/.exec(path) ?? [];
  if (whole === undefined || list === undefined) return [path];
  return list.split(',').flatMap((part) => expanded(path.replace(whole, part)));
}

describe.each(['.github/CONTRIBUTING.md', 'AGENTS.md', 'docs/architecture.md'])('%s', (page) => {
  it('names places that exist', () => {
    const paths = pathsIn(page).filter((path) =>
      /^(?:packages|tests|docs|scripts|bench|examples|\.github)\//.test(path),
    );
    expect(paths.length).toBeGreaterThan(5);
    expect(paths.filter((path) => !existsSync(`${ROOT}/${path}`))).toEqual([]);
  });
});
