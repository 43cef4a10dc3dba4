// Links of the pages to files of the repository.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from './extract.js';

/** What a page's links lead to inside the repository: the path from the root and the anchor, '' for none. */
export function linkTargets(file: string, prose: string): { path: string; anchor: string }[] {
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target = '']) => {
    if (/^[a-z]+:/.test(target)) return [];
    const [path = '', anchor = ''] = target.split('#');
    return [{ path: path === '' ? file : join(dirname(file), path), anchor }];
  });
}

/** Links of a page that lead nowhere: no such file, or no such heading in it. */
export function linkFaults(file: string, text: string): string[] {
  const prose = text.replaceAll(/^[ \t]*```.*?^[ \t]*```/gms, '').replaceAll(/`[^`\n]*`/g, '');
  return linkTargets(file, prose).flatMap(({ path, anchor }) => {
    const full = join(ROOT, path);
    // Until the Russian pages are complete.
    if (!existsSync(full) && path.startsWith('docs/ru/') && existsSync(join(ROOT, path.replace('docs/ru/', 'docs/'))))
      return [];
    // Pages that the site makes from tables: tests/docs/site.test.ts has an eye on them.
    if (/^docs\/(ru\/)?reference\/(errors|causes|api)\//.test(path)) return [];
    if (!existsSync(full)) return [`${file}: ${path} does not exist`];
    if (anchor === '' || statSync(full).isDirectory()) return [];
    return anchors(readFileSync(full, 'utf8')).includes(anchor)
      ? []
      : [`${file}: ${path}#${anchor} has no such heading`];
  });
}

/** The anchors of a page's headings, as GitHub makes them. */
function anchors(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{Pc} -]/gu, '')
      .replaceAll(' ', '-'),
  );
}
