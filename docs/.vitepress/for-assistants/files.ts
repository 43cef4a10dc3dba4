// What the site offers to assistants: llms.txt, llms-full.txt and a Markdown file beside each page.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SiteConfig } from 'vitepress';
import { SECTIONS } from '../sidebar.js';
import { markdownOf, summaryOf } from './markdown.js';

const SKILL = fileURLToPath(new URL('../../../packages/webhooks/skills/videocloud-webhooks/SKILL.md', import.meta.url));
// Made from docstrings that an editor shows, and many times as long as the rest.
const LEFT_OUT = /^reference\/api\//;

/** Writes the files into the built site. */
export function writeForAssistants(site: SiteConfig): void {
  const texts = new Map(site.pages.map((page) => [page, markdownOf(sourceOf(site, page), page)]));
  for (const [page, text] of texts) {
    const file = join(site.outDir, page);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  writeFileSync(join(site.outDir, 'llms.txt'), overview(texts));
  writeFileSync(join(site.outDir, 'llms-full.txt'), fullText(texts));
}

function sourceOf({ srcDir, dynamicRoutes }: SiteConfig, page: string): string {
  const route = dynamicRoutes.routes.find(({ path }) => path === page);
  if (route === undefined) {
    const text = readFileSync(join(srcDir, page), 'utf8');
    // The home page is all front matter.
    const [, name, tagline] = /^ {2}name: (.*)$[\s\S]*?^ {2}tagline: (.*)$/m.exec(text) ?? [];
    return name === undefined ? text : `# ${name}\n\n${tagline}\n`;
  }
  return readFileSync(join(srcDir, route.route), 'utf8').replace('<!-- @content -->', () => route.content ?? '');
}

/** The rules of the skill: they stand once, in the package. */
function rules(): string {
  const [, text] = /^## Rules\n\n([\s\S]*?)\n\n## /m.exec(readFileSync(SKILL, 'utf8')) ?? [];
  if (text === undefined) throw new Error('SKILL.md has no section "Rules"');
  return text;
}

const HEAD = `# VideoCloud webhooks

> A TypeScript toolkit that receives, sends, tests and operates VideoCloud webhooks. Packages: \`@videocloud/webhooks\` (no run-time dependency), \`@videocloud/webhooks-client\`, \`-inbox\`, \`-sender\`, \`-inspector\`, \`-conformance\`, \`-cli\`.`;

const lead = () => `${HEAD}

Rules for all code that receives webhooks:

${rules()}`;

/** llms.txt: the rules, then a link to each page in English, in the order of the sidebar. */
function overview(texts: ReadonlyMap<string, string>): string {
  const sections = SECTIONS.map(({ en, pages }) => {
    const links = pages.flatMap(([path, name]) => {
      const markdown = texts.get(`${path}.md`);
      if (markdown === undefined) return [];
      const { about } = summaryOf(markdown);
      return [`- [${name}](${path}.md)${about === '' ? '' : `: ${about}`}`];
    });
    return links.length === 0 ? '' : `## ${en}\n\n${links.join('\n')}`;
  });
  const more = `Each page is Markdown; its HTML has the same path. The same pages in Russian: \`ru/\` before the path. All of them but the API reference in one file: [llms-full.txt](llms-full.txt).`;
  return `${[lead(), more, ...sections.filter((section) => section !== '')].join('\n\n')}\n`;
}

/** llms-full.txt: the rules, then every page in English but the API's, each below its path. */
function fullText(texts: ReadonlyMap<string, string>): string {
  const listed = SECTIONS.flatMap(({ pages }) => pages.map(([path]) => `${path}.md`));
  const english = [...texts.keys()].filter((page) => !page.startsWith('ru/') && !LEFT_OUT.test(page));
  const ordered = [
    ...listed.filter((page) => english.includes(page)),
    ...english.filter((page) => !listed.includes(page)),
  ];
  const pages = ordered.map((page) => `<!-- ${page} -->\n\n${texts.get(page)?.trim() ?? ''}`);
  return `${[lead(), ...pages].join('\n\n')}\n`;
}
