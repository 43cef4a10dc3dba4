import { readFileSync } from 'node:fs';
import { FRAMEWORKS, type Framework } from '@videocloud/webhooks/protocol';
import { createMarkdownRenderer } from 'vitepress';
import { FRAMEWORK_PAGES } from './framework-pages.js';

const PAGES = new URL('../../../receive/', import.meta.url);

/** The first code of each framework's page, as HTML: compiled and run with the snippets of the pages. */
export declare const data: Readonly<Record<Framework, string>>;

export default {
  watch: ['../../../receive/*.md'],
  async load(): Promise<Readonly<Record<string, string>>> {
    const markdown = await createMarkdownRenderer(PAGES.pathname);
    return Object.fromEntries(
      FRAMEWORKS.map((name) => {
        const page = readFileSync(new URL(`${FRAMEWORK_PAGES[name].page}.md`, PAGES), 'utf8');
        return [name, markdown.render(firstCode(page, name))];
      }),
    );
  },
};

function firstCode(page: string, name: Framework): string {
  const [code] = /^```ts\n[\s\S]*?^```$/m.exec(page) ?? [];
  if (code === undefined) throw new Error(`docs/receive/${FRAMEWORK_PAGES[name].page}.md has no TypeScript code`);
  return code;
}
