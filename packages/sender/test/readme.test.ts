import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, it } from 'vitest';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const fence = /^```ts\n(.*?)^```$/gms;
const docs = ['../README.md', '../src/sender.ts', '../src/guard/address.ts'];
const snippets = docs.flatMap((name) => {
  const text = readFileSync(path(name), 'utf8').replace(/^ \* ?/gm, '');
  return [...text.matchAll(fence)].map(([, code = ''], index) => ({ name: `${name}-${index}.ts`, code }));
});

it('has snippets that compile', { timeout: 60_000 }, () => {
  expect(snippets).toHaveLength(4);
  const files = new Map(snippets.map(({ name, code }) => [path(`./${name.replaceAll(/[^\w-]/g, '_')}.mts`), code]));
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: ['node'],
    paths: { '@videocloud/webhooks-sender': [path('../src/index.ts')] },
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.readFile = (name) => files.get(name) ?? readFile(name);
  host.getSourceFile = (name, version) => {
    const code = files.get(name);
    return code === undefined ? getSourceFile.call(host, name, version) : ts.createSourceFile(name, code, version);
  };
  const problems = ts.getPreEmitDiagnostics(ts.createProgram([...files.keys()], options, host));
  expect(
    problems.map(({ messageText, file }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`),
  ).toEqual([]);
});
