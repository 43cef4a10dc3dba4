// Links of the pages, as they are on the site.
import { statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MarkdownRenderer } from 'vitepress';

type Token = Parameters<MarkdownRenderer['renderer']['render']>[0][number];

const DOCS = fileURLToPath(new URL('..', import.meta.url));
const MAINTAINERS = ['architecture.md', 'measurements.md'];
/** The repository's address, where the build knows it: `https://HOST/OWNER/NAME`. */
const REPOSITORY = process.env.REPOSITORY_URL;

/** The anchor of a heading, as repositories make it, so that a link works in both places. */
export const slugOf = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{Pc} -]/gu, '')
    .replaceAll(' ', '-');

/** Where a link leads: null when it stays as it is, else its address; '' when it leaves the site for a repository that is not known. */
export function leavesTheSite(target: string, page: string): string | null {
  if (/^[a-z]+:|^[#/]/.test(target)) return null;
  const [path = '', anchor] = target.split('#');
  const inDocs = posix.join(posix.dirname(page), path);
  if (!inDocs.startsWith('..') && !MAINTAINERS.includes(inDocs)) return inDocs.endsWith('.md') ? null : `/${inDocs}`;
  if (REPOSITORY === undefined) return '';
  const kind = statSync(join(DOCS, inDocs)).isDirectory() ? 'tree' : 'blob';
  return `${REPOSITORY}/${kind}/HEAD/${posix.join('docs', inDocs)}${anchor === undefined ? '' : `#${anchor}`}`;
}

/** A markdown-it plugin: links that leave the site lead to the repository, or become plain text. */
export function linksOfTheSite(md: MarkdownRenderer): void {
  md.core.ruler.push('links-of-the-site', ({ tokens, env }) => {
    for (const { children } of tokens) {
      const dropped: boolean[] = [];
      for (const token of children ?? []) {
        if (token.type === 'link_open') {
          const address = leavesTheSite(token.attrGet('href') ?? '', env.relativePath);
          if (address) token.attrSet('href', address);
          dropped.push(address === '');
          if (address === '') blank(token);
        } else if (token.type === 'link_close' && dropped.pop()) blank(token);
      }
    }
  });
}

function blank(token: Token): void {
  token.type = 'text';
  token.content = '';
  token.nesting = 0;
}
