import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { markdownOf, summaryOf } from '../../../docs/.vitepress/for-assistants/markdown.js';
import { builtSite } from '../../support/site.js';

const LINK = /\]\(([^)\s]+)\)/g;
const withoutCode = (text: string) => text.replace(/^```[\s\S]*?^```$/gm, '').replace(/`[^`\n]*`/g, '');

describe('the Markdown of a page', () => {
  it('has no front matter, scripts and components, and keeps code as it is', () => {
    const code = '```html\n<script>\n1\n</script>\n<Doctor />\n[a](../../x.ts)\n```';
    const source = `---\naside: false\n---\n\n# T\n\n<script setup>\nimport A from 'a';\n</script>\n\n<Doctor />\n\n${code}\n\nEnd.\n`;
    expect(markdownOf(source, 'test/a.md')).toBe(`# T\n\n${code}\n\nEnd.\n`);
  });

  it('keeps links between pages, and drops those to files the site does not have', () => {
    const source =
      '# T\n\n[a](../receive/hono.md#x), [`b`](../../examples/hono/server.ts), [c](https://example.com/).\n';
    expect(markdownOf(source, 'test/a.md')).toMatch(
      /\[a\]\(\.\.\/receive\/hono\.md#x\), (?:`b`|\[`b`\]\(https:\S+\)), \[c\]\(https:\/\/example\.com\/\)\./,
    );
  });

  it('has a title and a first sentence', () => {
    expect(summaryOf('# The title\n\n[Koa](koa.md) 3: one more. And two.\n')).toEqual({
      title: 'The title',
      about: 'Koa 3.',
    });
    expect(summaryOf('# The title\n\n```ts\nconst a = 1;\n```\n\nMore.\n').about).toBe('');
  });
});

describe('the built site', () => {
  let folder = '';
  let pages: string[] = [];
  const read = (file: string) => readFileSync(join(folder, file), 'utf8');
  beforeAll(async () => {
    folder = await builtSite();
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    pages = files.filter((file) => file.endsWith('.html') && file !== '404.html');
    expect(pages.length).toBeGreaterThan(30);
  });

  it('has a Markdown file beside every page, with its title and without noise', () => {
    for (const page of pages) {
      const text = read(page.replace(/\.html$/, '.md'));
      expect(text, page).toMatch(/^# .+\n/);
      expect(withoutCode(text), page).not.toMatch(/^---$|<script|<style|^<[A-Z]\w*|\{\{/m);
      expect(read(page).includes('type="text/markdown"'), page).toBe(true);
    }
  });

  it('has no link in Markdown that leads nowhere', () => {
    const lost: string[] = [];
    for (const file of [...pages.map((page) => page.replace(/\.html$/, '.md')), 'llms.txt']) {
      for (const [, target = ''] of withoutCode(read(file)).matchAll(LINK)) {
        const path = target.replace(/#.*$/, '');
        if (path === '' || /^[a-z]+:/.test(path)) continue;
        const found = path.startsWith('/') ? join(folder, path) : join(folder, dirname(file), path);
        if (!existsSync(found)) lost.push(`${file}: ${target}`);
      }
    }
    expect(lost).toEqual([]);
  });

  it('has an llms.txt with the rules first, then every English page of the sidebar', () => {
    const text = read('llms.txt');
    expect(text).toMatch(/^# VideoCloud webhooks\n\n> /);
    const rules = text.slice(0, text.indexOf('\n## '));
    for (const rule of [
      /raw bytes/,
      /before body parsers/,
      /`secrets` as a function/,
      /Never hash `JSON\.stringify\(req\.body\)`/,
    ])
      expect(rules).toMatch(rule);
    expect(rules).not.toMatch(/\]\((?!llms-full)/);
    const links = [...text.matchAll(LINK)].map(([, target = '']) => target);
    for (const page of ['receive/express.md', 'test/doctor.md', 'reference/assumptions.md'])
      expect(links).toContain(page);
    expect(links.filter((target) => target.startsWith('ru/'))).toEqual([]);
  });

  it('has an llms-full.txt with the rules and every English page, but the API reference', () => {
    const text = read('llms-full.txt');
    const english = pages.filter((page) => !page.startsWith('ru/') && !page.startsWith('reference/api/'));
    for (const page of english) {
      const markdown = page.replace(/\.html$/, '.md');
      expect(text.includes(`<!-- ${markdown} -->\n\n${read(markdown).trim()}`), markdown).toBe(true);
    }
    expect(text).not.toMatch(/[а-яё]{4} [а-яё]{4}/i);
  });
});
