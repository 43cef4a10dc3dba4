import { beforeAll, describe, expect, it } from 'vitest';
import { compile } from './snippets/compile.js';
import {
  englishOf,
  examples,
  fences,
  frameworkPages,
  pages,
  readPage,
  type Snippet,
  sources,
  where,
} from './snippets/extract.js';
import { linkFaults, linkTargets } from './snippets/links.js';
import { scriptFaults, shellFaults } from './snippets/shell.js';

const inPages = pages()
  // Its code is that of the English page, as a test below shows: it is compiled once.
  .filter((file) => !file.startsWith('docs/ru/'))
  .flatMap((file) => fences(file, readPage(file)))
  .filter(({ file, language }) => language === 'sh' || !frameworkPages().includes(file));
const shown = [...inPages, ...sources().flatMap((file) => examples(file, readPage(file)))];

const wrong = [
  ...[
    '```ts\nimport { createReceiver } from "@videocloud/webhooks";\ncreateReceiver({ secret: "misspelled" });\n```',
    '```ts\nimport { nothing } from "@videocloud/webhooks";\n```',
    '```js\nconst a = ;\n```',
    '```sh\nnpm run no-such-script\n```',
    '```sh\nnpx @videocloud/webhooks-cli sing body.json\n```',
    '```sh\nnpx videocloud-webhooks sign body.json\n```',
    '```sh\nvideocloud-webhooks sign body.json --no-such-option\n```',
    '```sh\nnpm install @videocloud/no-such-package\n```',
    '```sh\nrm -rf /\n```',
    '```json\n{ "a": 1, }\n```',
    '```\nno language\n```',
    '- in a list:\n\n  ```ts\n  const n: number = "text";\n  ```',
  ].flatMap((text, i) => fences(`wrong-${i}.md`, text)),
  ...examples('wrong.ts', '/**\n * @example\n * ```ts\n * const n: number = "text";\n * ```\n */\nexport const x = 1;'),
];

/** Everything that is wrong with snippets, but for how they behave. */
function faultsOf(snippets: readonly Snippet[]): string[] {
  const rest = snippets.flatMap((snippet) => {
    if (['ts', 'tsx', 'js', 'text', 'http', 'yaml'].includes(snippet.language)) return [];
    // tests/docs/vectors.test.ts runs the files they are a part of.
    if (['python', 'php', 'go', 'java'].includes(snippet.language)) return [];
    if (snippet.language === 'sh') return shellFaults(snippet);
    if (snippet.language === 'json') return jsonFaults(snippet);
    return [
      `${where(snippet)}: ${snippet.language || 'no language'} is not checked: give the fence a language that is`,
    ];
  });
  return [...rest, ...compile(snippets)];
}

function jsonFaults(snippet: Snippet): string[] {
  try {
    JSON.parse(snippet.code);
    return [];
  } catch (error) {
    return [`${where(snippet)}: ${String(error)}`];
  }
}

describe('every snippet of the pages and docstrings', () => {
  it('is found', () => {
    const files = new Set(shown.map(({ file }) => file));
    for (const file of [
      'README.md',
      'README.ru.md',
      '.github/CONTRIBUTING.md',
      'docs/receive/migrate.md',
      'packages/webhooks/README.md',
    ])
      expect(files).toContain(file);
    expect(inPages.length).toBeGreaterThan(30);
    expect(shown.length - inPages.length).toBeGreaterThan(30);
  });

  // One program for what is shown and what is wrong on purpose.
  let faults: string[] = [];
  beforeAll(() => {
    faults = faultsOf([...shown, ...wrong]);
  }, 180_000);

  it('compiles strictly, parses, and names commands that exist', () => {
    expect(faults.filter((fault) => !fault.startsWith('wrong'))).toEqual([]);
  });

  it('would be found out if it were wrong', () => {
    for (const { file } of wrong) expect(faults.filter((fault) => fault.startsWith(`${file}#`))).toHaveLength(1);
    expect(faults).toContain(`wrong.ts#1 (line 3), its line 1: Type 'string' is not assignable to type 'number'.`);
    expect(faultsOf(fences('right.md', '```sh\n# a comment\nX=1 npm ci && npm test > log\n```'))).toEqual([]);
  });
});

describe('the pages', () => {
  it('link to what exists, and name scripts that exist', () => {
    expect(
      pages().flatMap((file) => [...linkFaults(file, readPage(file)), ...scriptFaults(file, readPage(file))]),
    ).toEqual([]);
    expect(linkFaults('wrong.md', '[a](nowhere.md) and [b](README.md#nothing-such)')).toHaveLength(2);
    expect(scriptFaults('wrong.md', 'run `npm run no-such-script`')).toHaveLength(1);
  });
});

describe.each(
  pages().flatMap((file) => {
    const english = englishOf(file);
    return english === null ? [] : [[file, english] as const];
  }),
)('%s', (russianPage, englishPage) => {
  const english = readPage(englishPage);
  const russian = readPage(russianPage);
  const levels = (text: string) => [...withoutCode(text).matchAll(/^(#+) /gm)].map(([, hashes]) => hashes);
  const targets = (file: string) => linkTargets(file, withoutCode(readPage(file)));
  const links = (file: string) => targets(file).map(({ path, anchor }) => [englishOf(path) ?? path, anchor !== '']);
  const withoutCode = (text: string) => text.replaceAll(/^```.*?^```/gms, '');
  const code = (text: string) => fences('', text).map((snippet) => [snippet.language, snippet.code]);
  const inline = (text: string) => [...withoutCode(text).matchAll(/`[^`\n]+`/g)].map(([found]) => found).sort();

  it('equals the English page in headings, code, links and inline code', () => {
    expect(levels(russian)).toEqual(levels(english));
    expect(code(russian)).toEqual(code(english));
    expect(links(russianPage)).toEqual(links(englishPage));
    expect(inline(russian)).toEqual(inline(english));
  });

  it('is written in Russian', () => {
    expect(withoutCode(russian)).toMatch(/\p{Script=Cyrillic}{4}/u);
  });

  it('names the language of a page that has no Russian version', () => {
    for (const line of withoutCode(russian)
      .split('\n')
      .filter((one) => !one.startsWith('|'))) {
      const englishOnly = linkTargets(russianPage, line).filter(
        ({ path }) => path.endsWith('.md') && path !== englishPage && englishOf(path) === null,
      );
      if (englishOnly.length > 0) expect(line).toContain('нглийском');
    }
  });
});

it.each(['README.md', 'docs/receive/next.md'])(
  '%s shows the route of the Next.js example, but for its store',
  (page) => {
    // tests/end-to-end/examples.test.ts boots it.
    const next = fences(page, readPage(page)).find(({ code }) => code.includes('waitUntil: after'));
    const route = readPage('examples/nextjs/app/webhooks/route.ts');
    const withoutStore = (code: string) =>
      code
        .replace('createReceiver, memoryStore }', 'createReceiver }')
        .replace("import { store } from '../../store';\n", '')
        .replace(/idempotency: .*/, '');
    expect(withoutStore(next?.code ?? '')).toBe(withoutStore(route));
  },
);
