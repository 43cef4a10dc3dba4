// Every piece of code that our pages and docstrings show, with where it stands.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

export interface Snippet {
  /** The file, from the root of the repository. */
  readonly file: string;
  /** Which of the file's snippets, from 1. */
  readonly number: number;
  /** The line its fence is on, from 1. */
  readonly line: number;
  readonly language: string;
  readonly code: string;
}

/** `README.md#2 (line 40)`, for messages. */
export const where = ({ file, number, line }: Snippet): string => `${file}#${number} (line ${line})`;

/** The pages an integrator reads: those of the root, of docs/, each package's and example's README, and the skill. */
export function pages(): string[] {
  const inside = (folder: string) =>
    existsSync(join(ROOT, folder)) ? readdirSync(join(ROOT, folder)).map((name) => `${folder}/${name}`) : [];
  const documents = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).map(
    (name) => `docs/${name}`,
  );
  const readmes = [...inside('packages'), ...inside('examples')]
    .map((folder) => `${folder}/README.md`)
    .filter((file) => existsSync(join(ROOT, file)));
  const skills = inside('packages/webhooks/skills').map((folder) => `${folder}/SKILL.md`);
  return (
    [...readdirSync(ROOT), ...documents, ...inside('.changeset'), ...inside('.github'), ...readmes, ...skills]
      // A name in brackets is a template that the site fills from a table.
      .filter((file) => file.endsWith('.md') && !file.includes('['))
      .sort()
  );
}

/** The sources whose docstrings are published. */
export function sources(): string[] {
  return readdirSync(join(ROOT, 'packages')).flatMap((name) => {
    const folder = join(ROOT, 'packages', name, 'src');
    if (!existsSync(folder)) return [];
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.tsx?$/.test(file) && !file.startsWith('generated'))
      .map((file) => relative(ROOT, join(folder, file)))
      .sort();
  });
}

/** The English page that a Russian one is written after; null for an English page. */
export function englishOf(file: string): string | null {
  if (file.startsWith('docs/ru/')) return file.replace('docs/ru/', 'docs/');
  return file.endsWith('.ru.md') ? file.replace('.ru.md', '.md') : null;
}

export const readPage = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** The pages whose code tests/peers compiles against the framework's own types, builds and serves. */
export function frameworkPages(): string[] {
  const peers = join(ROOT, 'tests/peers');
  return readdirSync(peers).flatMap((name) => {
    const file = join(peers, name, 'package.json');
    const { config } = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { config: {} };
    return config.page === undefined ? [] : [`docs/receive/${config.page}.md`];
  });
}

/** The fenced blocks of a page; a fence in a list is indented, and so is its code. */
export function fences(file: string, text: string): Snippet[] {
  const found: Snippet[] = [];
  for (const match of text.matchAll(/^([ \t]*)(`{3,}|~{3,})([^\n]*)\n(.*?)^[ \t]*\2[ \t]*$/gms)) {
    const [, indent = '', , info = '', body = ''] = match;
    const code = body.replaceAll(new RegExp(`^${indent}`, 'gm'), '');
    const line = text.slice(0, match.index).split('\n').length;
    found.push({ file, number: found.length + 1, line, language: info.trim(), code });
  }
  return found;
}

/** The fenced blocks in the doc comments of a source. */
export function examples(file: string, text: string): Snippet[] {
  const comments = text.replaceAll(/[^\n]/g, ' ').split('\n');
  for (const match of text.matchAll(/^[ \t]*\/\*\*.*?\*\//gms)) {
    const start = text.slice(0, match.index).split('\n').length - 1;
    for (const [i, line] of match[0].split('\n').entries()) comments[start + i] = line.replace(/^\s*(\/\*\*|\*) ?/, '');
  }
  return fences(file, comments.join('\n'));
}
