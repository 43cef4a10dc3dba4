import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { onTestFinished } from 'vitest';

const ROOT = new URL('../../', import.meta.url).pathname;

/** A folder in which packages resolve as they do for a user; removed with the test. */
export function folder(): string {
  const made = mkdtempSync(join(ROOT, 'test', '.shown-code-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** What strict TypeScript says of programs that the page shows. */
export function compileFaults(codes: readonly string[]): string[] {
  const made = folder();
  const files = codes.map((code, index) => {
    const file = join(made, `shown-${index}.ts`);
    writeFileSync(file, code);
    return file;
  });
  const base = ts.readConfigFile(join(ROOT, '../../tsconfig.base.json'), ts.sys.readFile).config;
  const { options } = ts.parseJsonConfigFileContent({ ...base, files: [] }, ts.sys, ROOT);
  // As a Nest app is compiled.
  options.experimentalDecorators = true;
  return ts.getPreEmitDiagnostics(ts.createProgram(files, options)).map((fault) => {
    const line = fault.file === undefined ? '' : readFileSync(fault.file.fileName, 'utf8');
    return `${ts.flattenDiagnosticMessageText(fault.messageText, '\n')}\n${line}`;
  });
}

/** Writes a program as JavaScript, for Node; its path. */
export function emitted(code: string, to: string, name = 'shown'): string {
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, experimentalDecorators: true },
  });
  const file = join(to, `${name}.mjs`);
  writeFileSync(file, outputText);
  return file;
}
