// Every public name of every published package has a docstring that an editor can show.
import { existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { ROOT, readPage } from './snippets/extract.js';

interface Manifest {
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, { readonly import?: { readonly types?: string } }>>;
}

/** The declarations that users of the published packages get. */
const entries = readdirSync(join(ROOT, 'packages')).flatMap((name) => {
  const folder = `packages/${name}`;
  const { private: hidden, exports = {} } = JSON.parse(readPage(`${folder}/package.json`)) as Manifest;
  const types = Object.values(exports).flatMap((entry) => entry.import?.types ?? []);
  return hidden === true ? [] : types.map((file) => join(ROOT, folder, file));
});

/** A program of these files and what they import relatively: no type is checked, so no other declaration is read. */
function programOf(files: readonly string[]): ts.Program {
  const options: ts.CompilerOptions = { noLib: true, types: [], target: ts.ScriptTarget.ESNext };
  const host = ts.createCompilerHost(options);
  host.resolveModuleNameLiterals = (literals, from) =>
    literals.map(({ text }) => {
      const file = join(from, '..', text.replace(/\.(c?)js$/, '.d.$1ts'));
      const extension = file.endsWith('.cts') ? ts.Extension.Dcts : ts.Extension.Dts;
      const found = text.startsWith('.') && existsSync(file);
      return { resolvedModule: found ? { resolvedFileName: file, extension } : undefined };
    });
  return ts.createProgram(files, options, host);
}

const wrong = join(mkdtempSync(join(tmpdir(), 'docstrings-')), 'wrong.d.ts');
writeFileSync(
  wrong,
  '/** No sentence */\nexport declare function noSentence(): void;\nexport declare const nothing: string;\n',
);

const program = programOf([...entries, wrong]);
const checker = program.getTypeChecker();

/** The public names of a file that are declared in our packages. */
function exportsOf(file: string): { name: string; symbol: ts.Symbol }[] {
  const source = program.getSourceFile(file);
  const module = source === undefined ? undefined : checker.getSymbolAtLocation(source);
  if (module === undefined) throw new Error(`no module: ${file}`);
  return checker.getExportsOfModule(module).flatMap((exported) => {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    // Names of another package, passed on, are documented there.
    return symbol.declarations === undefined ? [] : [{ name: exported.name, symbol }];
  });
}

const hasExample = (symbol: ts.Symbol) => symbol.getJsDocTags().some(({ name }) => name === 'example');

/** Whether a caller needs an example: of a function, or of a class none of whose members has one. */
function lacksExample(symbol: ts.Symbol): boolean {
  if (!(symbol.flags & (ts.SymbolFlags.Function | ts.SymbolFlags.Class)) || hasExample(symbol)) return false;
  return ![...(symbol.members?.values() ?? [])].some(hasExample);
}

/** What is wrong with the docstring of a public name. */
function faultsOf({ name, symbol }: { readonly name: string; readonly symbol: ts.Symbol }): string[] {
  const text = ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim();
  const paragraph = text.split('\n\n', 1)[0] ?? '';
  return [
    ...(/[.:](?:\s|$)/.test(paragraph) ? [] : [`${name}: no sentence`]),
    ...(lacksExample(symbol) ? [`${name}: no @example`] : []),
  ];
}

it.each(entries.map((file) => [file.slice(ROOT.length), file]))(
  '%s: every name has a sentence; functions and classes have an example',
  (_, file) => {
    const names = exportsOf(file);
    expect(names.length).toBeGreaterThan(0);
    expect(names.flatMap(faultsOf)).toEqual([]);
  },
);

it('an undocumented name would be found out', () => {
  expect(exportsOf(wrong).flatMap(faultsOf)).toEqual([
    'noSentence: no sentence',
    'noSentence: no @example',
    'nothing: no sentence',
  ]);
});
