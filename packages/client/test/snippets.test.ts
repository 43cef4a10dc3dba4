import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const repo = join(root, '../..');

/** The ```ts blocks of a file; in a doc comment they are indented and begin with stars. */
function snippetsOf(path: string): string[] {
  const text = readFileSync(path, 'utf8').replace(/^ *\* ?/gm, (stars) => (path.endsWith('.ts') ? '' : stars));
  return [...text.matchAll(/^( *)```ts\n(.*?)^ *```/gms)].map(([, , code]) => code ?? '');
}

const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.startsWith('generated'))
  .map((path) => join(root, 'src', path));
const files = [join(root, 'README.md'), join(repo, 'docs/rotate-a-secret.md'), ...sources];
const snippets = new Map(
  files.flatMap((path) =>
    snippetsOf(path).map(
      (code, i) => [join(root, 'test', `${path.slice(repo.length).replace(/\W/g, '_')}_${i}.mts`), code] as const,
    ),
  ),
);

describe('every snippet of the docs', () => {
  it('compiles', () => {
    expect(snippets.size).toBeGreaterThan(10);
    const options: ts.CompilerOptions = {
      ...ts.parseJsonConfigFileContent({ extends: join(repo, 'tsconfig.base.json') }, ts.sys, root).options,
      // A snippet shows a name without using it.
      noUnusedLocals: false,
      paths: {
        '@videocloud/webhooks-client': [join(root, 'src/index.ts')],
        '@videocloud/webhooks-client/msw': [join(root, 'src/msw/index.ts')],
        '@videocloud/webhooks': [join(repo, 'packages/webhooks/src/index.ts')],
        '#hmac': [join(repo, 'packages/webhooks/src/signature/hmac.web.ts')],
      },
    };
    const host = ts.createCompilerHost(options);
    const { fileExists, readFile } = host;
    host.fileExists = (path) => snippets.has(path) || fileExists(path);
    host.readFile = (path) => snippets.get(path) ?? readFile(path);
    const getSourceFile = host.getSourceFile.bind(host);
    host.getSourceFile = (path, languageVersion, ...rest) => {
      const code = snippets.get(path);
      return code === undefined
        ? getSourceFile(path, languageVersion, ...rest)
        : ts.createSourceFile(path, code, languageVersion, true);
    };
    const program = ts.createProgram([...snippets.keys()], options, host);
    const faults = [...snippets.keys()].flatMap((path) => {
      const file = program.getSourceFile(path);
      return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
        (d) => `${path.split('/').at(-1)}: ${ts.flattenDiagnosticMessageText(d.messageText, '\n')}`,
      );
    });
    expect(faults).toEqual([]);
  });
});
