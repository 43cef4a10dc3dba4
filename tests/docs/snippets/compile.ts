// Compiles snippets strictly, as one program, against the built packages.
import { join } from 'node:path';
import ts from 'typescript';
import { ROOT, type Snippet, where } from './extract.js';

const EXTENSIONS: Readonly<Record<string, string>> = { ts: 'ts', tsx: 'tsx', js: 'js' };

/** What is wrong with the TypeScript of the snippets, and with the syntax of their JavaScript. */
export function compile(snippets: readonly Snippet[]): string[] {
  const modules = new Map<string, Snippet>();
  for (const snippet of snippets) {
    const extension = EXTENSIONS[snippet.language];
    if (extension === undefined) continue;
    const name = `${snippet.file.replaceAll(/\W/g, '_')}_${snippet.number}.${extension}`;
    // In a folder of the repository, so that package names resolve as they do for a user.
    modules.set(join(ROOT, 'test', 'snippets', name), snippet);
  }
  const base = ts.readConfigFile(join(ROOT, 'tsconfig.base.json'), ts.sys.readFile).config;
  const options: ts.CompilerOptions = {
    ...ts.parseJsonConfigFileContent({ ...base, files: [] }, ts.sys, ROOT).options,
    // A snippet shows a name without using it; JavaScript is not annotated.
    noUnusedLocals: false,
    noUnusedParameters: false,
    checkJs: false,
    jsx: ts.JsxEmit.Preserve,
    // NestJS has decorators of parameters.
    experimentalDecorators: true,
    // Next.js publishes no `exports`: its own projects resolve as bundlers do.
    paths: { 'next/server': [join(ROOT, 'node_modules/next/server.d.ts')] },
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  const getSourceFile = host.getSourceFile.bind(host);
  host.fileExists = (path) => modules.has(path) || fileExists(path);
  host.readFile = (path) => modules.get(path)?.code ?? readFile(path);
  host.getSourceFile = (path, version, ...rest) => {
    const snippet = modules.get(path);
    if (snippet === undefined) return getSourceFile(path, version, ...rest);
    return ts.createSourceFile(path, snippet.code, version, true);
  };
  const program = ts.createProgram([...modules.keys()], options, host);
  const faults: string[] = [];
  for (const [path, snippet] of modules) {
    const file = program.getSourceFile(path);
    for (const one of [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]) {
      const line = one.file === undefined ? 0 : one.file.getLineAndCharacterOfPosition(one.start ?? 0).line + 1;
      faults.push(`${where(snippet)}, its line ${line}: ${ts.flattenDiagnosticMessageText(one.messageText, '\n')}`);
    }
  }
  return faults;
}
