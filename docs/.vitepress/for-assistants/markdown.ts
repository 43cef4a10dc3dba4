// A page as Markdown, to be read without a browser: it stands beside the page's HTML.
import { parse } from 'yaml';
import { leavesTheSite } from '../links.js';

interface Home {
  readonly hero: { readonly name: string; readonly text?: string; readonly tagline?: string };
  readonly features?: readonly { readonly title: string; readonly details: string; readonly link?: string }[];
}

const FRONT_MATTER = /^---\n([\s\S]*?)\n---\n/;
const SCRIPT = /^<(script|style)\b[\s\S]*?^<\/\1>\n?/gm;
const COMPONENT = /^<[A-Z]\w*[^>]*\/>\n?/gm;

/**
 * The Markdown of a page: no front matter, no scripts, no components.
 *
 * Links to pages stay relative: the same files stand beside the HTML. Links that leave the site are as they are there.
 *
 * @param source the page's source
 * @param page its path from docs/
 */
export function markdownOf(source: string, page: string): string {
  const [whole = '', front = ''] = FRONT_MATTER.exec(source) ?? [];
  const home = parse(front) as Partial<Home> | null;
  const text = home?.hero === undefined ? source.slice(whole.length) : homeAsText(home as Home);
  const plain = outsideCode(text, (part) =>
    linksRewritten(part.replace(SCRIPT, '').replace(COMPONENT, ''), page).replace(/\n{3,}/g, '\n\n'),
  );
  return `${plain.trim()}\n`;
}

/** The title of a page and the first sentence below it; empty where the page begins with code, a list or a table. */
export function summaryOf(markdown: string): { readonly title: string; readonly about: string } {
  const title = /^# (.+)$/m.exec(markdown)?.[1] ?? '';
  const [, first = ''] = markdown.split('\n\n');
  const words = (/^(?!```)[\p{L}`[*]/u.test(first) ? first : '')
    .replaceAll('\n', ' ')
    .replace(/\[([^\]]+)\]\([^)]*\)/g, '$1');
  const [sentence = words] = /^.*?[.:](?=\s|$)/.exec(words) ?? [];
  return { title, about: sentence.replace(/:$/, '.') };
}

function homeAsText({ hero, features = [] }: Home): string {
  const lead = [hero.text, hero.tagline].filter((text) => text !== undefined).join('. ');
  const list = features.map(({ title, details, link }) => {
    const target = link === undefined ? undefined : `${link.replace(/^\/(?:ru\/)?/, '').replace(/\/$/, '/index')}.md`;
    return `- ${target === undefined ? title : `[${title}](${target})`}: ${details}`;
  });
  return [`# ${hero.name}`, lead, list.join('\n')].join('\n\n');
}

/** Changes the text between fenced blocks. */
function outsideCode(text: string, change: (part: string) => string): string {
  return text
    .split(/(^```[\s\S]*?^```$)/m)
    .map((part, at) => (at % 2 === 0 ? change(part) : part))
    .join('');
}

function linksRewritten(text: string, page: string): string {
  return text
    .replace(/!\[([^\]]*)\]\([^)\s]+\)/g, '($1)')
    .replace(/\[((?:[^[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)/g, (link, label: string, target: string) => {
      const address = leavesTheSite(target, page);
      if (address === null || address.startsWith('/')) return link;
      return address === '' ? label : `[${label}](${address})`;
    });
}
