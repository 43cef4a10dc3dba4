// The search index of pages that are made from tables: VitePress itself indexes files only.
import { apiPages } from './api.js';
import { causePages } from './facts/causes.js';
import { type CodePage, errorPages } from './facts/errors.js';
import { slugOf } from './links.js';
import type { Language } from './sidebar.js';

interface Section {
  readonly anchor: string;
  readonly titles: string[];
  readonly text: string;
}

const MADE: Readonly<Record<string, (language: Language) => CodePage[]>> = {
  errors: errorPages,
  causes: causePages,
  api: apiPages,
};

const known = new Map<string, CodePage[]>();

function pagesOf(kind: string, language: Language): CodePage[] {
  const key = `${kind} ${language}`;
  const pages = known.get(key) ?? MADE[kind]?.(language) ?? [];
  known.set(key, pages);
  return pages;
}

/** The sections of a page that is made from a table; undefined for a page that is a file. */
export function sectionsOf(file: string): Section[] | undefined {
  const [, russian, kind = '', code] = /\/docs\/(ru\/)?reference\/(\w+)\/([\w-]+)\.md$/.exec(file) ?? [];
  const made = pagesOf(kind, russian === undefined ? 'en' : 'ru').find(({ params }) => params.code === code);
  return made === undefined ? undefined : sections(made.content, kind === 'api' ? 3 : 1);
}

/** Splits Markdown at its headings, down to a level. */
function sections(content: string, level: number): Section[] {
  const parts = content.split(new RegExp(`^(?=#{1,${level}} )`, 'm')).filter((part) => part.startsWith('#'));
  const page = titleOf(parts[0] ?? '');
  const all = parts.map((part, at) => {
    const title = titleOf(part);
    return { anchor: at === 0 ? '' : slugOf(title), titles: at === 0 ? [title] : [page, title], text: wordsOf(part) };
  });
  // An overload or a type of the same name has the anchor of the first.
  return all.filter(({ anchor }, at) => all.findIndex((one) => one.anchor === anchor) === at);
}

const titleOf = (part: string): string => (/^#+ (.*)$/m.exec(part)?.[1] ?? '').replaceAll('\\', '');

/** The prose of Markdown: no code, no addresses, no marks. */
const wordsOf = (part: string): string =>
  part
    .replaceAll(/^```.*?^```/gms, ' ')
    .replaceAll(/\]\([^)]*\)/g, ' ')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/[#`|*[\]\\]|-{3,}/g, ' ')
    .replaceAll(/\s+/g, ' ');
