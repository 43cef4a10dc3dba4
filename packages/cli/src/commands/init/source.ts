import { type ParserPlugin, parse } from '@babel/parser';

export type Statement = ReturnType<typeof parse>['program']['body'][number];
export type Expression = Extract<Statement, { type: 'ExpressionStatement' }>['expression'];
type Call = Extract<Expression, { type: 'CallExpression' | 'NewExpression' }>;

/** A source file of the user, parsed. Edits are insertions of whole lines: nothing else of the text changes. */
export interface Source {
  readonly path: string;
  readonly text: string;
  readonly body: readonly Statement[];
  /** Whether it has `import` or `export`, and so no `require`. */
  readonly isModule: boolean;
}

/** Undefined where the text is not JavaScript or TypeScript. */
export function parseSource(path: string, text: string): Source | undefined {
  const typed = /\.[cm]?tsx?$/.test(path);
  const plugins: ParserPlugin[] = ['decorators-legacy'];
  if (typed) plugins.push('typescript');
  if (!typed || path.endsWith('x')) plugins.push('jsx');
  try {
    const { program } = parse(text, { sourceType: 'unambiguous', plugins, allowReturnOutsideFunction: true });
    const isModule = program.body.some((node) => /^(Import|Export)/.test(node.type));
    return { path, text, body: program.body, isModule };
  } catch {
    return undefined;
  }
}

/** The names that a file gives to a module: `import express from 'express'`, `const { Hono } = require('hono')`. */
export function namesOf({ body }: Source, module: string): Set<string> {
  const names = new Set<string>();
  for (const node of body) {
    if (node.type === 'ImportDeclaration' && node.source.value === module) {
      for (const specifier of node.specifiers) names.add(specifier.local.name);
    }
    if (node.type === 'TSImportEqualsDeclaration' && node.moduleReference.type === 'TSExternalModuleReference') {
      if (node.moduleReference.expression.value === module) names.add(node.id.name);
    }
    for (const { id, init } of declaratorsOf(node)) {
      if (!isRequire(init, module)) continue;
      if (id.type === 'Identifier') names.add(id.name);
      if (id.type !== 'ObjectPattern') continue;
      for (const property of id.properties) {
        if (property.type === 'ObjectProperty' && property.value.type === 'Identifier') names.add(property.value.name);
      }
    }
  }
  return names;
}

export function declaratorsOf(node: Statement): Extract<Statement, { type: 'VariableDeclaration' }>['declarations'] {
  const declaration = node.type === 'ExportNamedDeclaration' ? node.declaration : node;
  return declaration?.type === 'VariableDeclaration' ? declaration.declarations : [];
}

function isRequire(node: unknown, module: string): boolean {
  const call = node as Expression | null | undefined;
  if (call?.type !== 'CallExpression' || call.callee.type !== 'Identifier' || call.callee.name !== 'require')
    return false;
  const [argument] = call.arguments;
  return argument?.type === 'StringLiteral' && argument.value === module;
}

/** Whether a file imports a module. */
export function importsModule(source: Source, module: string): boolean {
  return namesOf(source, module).size > 0;
}

/** A statement at the top of a file that makes the app: `const app = express();`. */
export interface AppStatement {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** Where a file makes the app with what it imports from a module; undefined unless there is exactly one such statement. */
export function findApp(source: Source, module: string): AppStatement | undefined {
  const names = namesOf(source, module);
  const makes = (node: Call): boolean => {
    const { callee } = node;
    if (callee.type === 'Identifier') return names.has(callee.name);
    // Fastify().withTypeProvider() is the same app.
    if (callee.type === 'MemberExpression' && callee.object.type === 'CallExpression')
      return (
        callee.property.type === 'Identifier' && callee.property.name === 'withTypeProvider' && makes(callee.object)
      );
    return isRequire(callee, module);
  };
  const found = source.body.flatMap((node) => {
    const declarators = declaratorsOf(node);
    const [only] = declarators;
    const init = only?.init;
    if (only === undefined || (init?.type !== 'CallExpression' && init?.type !== 'NewExpression') || !makes(init))
      return [];
    if (declarators.length > 1 || only.id.type !== 'Identifier' || node.start == null || node.end == null)
      return [undefined];
    return [{ name: only.id.name, start: node.start, end: node.end }];
  });
  return found.length === 1 ? found[0] : undefined;
}

/** Where `name` goes into the imports of the one `@Module` of a file. */
export function findModuleImports({ body }: Source, name: string): Insertion | undefined {
  const modules = body.flatMap((node) => {
    const declared = node.type === 'ExportNamedDeclaration' ? node.declaration : node;
    if (declared?.type !== 'ClassDeclaration') return [];
    return (declared.decorators ?? []).flatMap(({ expression }) => {
      if (expression.type !== 'CallExpression' || expression.callee.type !== 'Identifier') return [];
      const [options] = expression.arguments;
      return expression.callee.name === 'Module' && options?.type === 'ObjectExpression' ? [options] : [];
    });
  });
  const [options] = modules;
  if (options?.start == null || modules.length > 1) return undefined;
  const list = options.properties.find(
    (one) => one.type === 'ObjectProperty' && one.key.type === 'Identifier' && one.key.name === 'imports',
  );
  if (list === undefined) return { offset: options.start + 1, text: `\n  imports: [${name}],` };
  if (list.type !== 'ObjectProperty' || list.value.type !== 'ArrayExpression' || list.value.start == null)
    return undefined;
  const last = list.value.elements.at(-1);
  return last?.end == null ? { offset: list.value.start + 1, text: name } : { offset: last.end, text: `, ${name}` };
}

/** How a file is written, so that new lines look like the others. */
export interface Style {
  readonly semicolons: boolean;
  readonly quote: "'" | '"';
}

export function styleOf(text: string): Style {
  // Statements of one line.
  const lines = text.match(/^(?:import|export|const|let|var|return)\b.*[\w'")\];]$/gm) ?? [];
  const ended = lines.filter((line) => line.endsWith(';')).length;
  const doubles = (text.match(/"/g) ?? []).length;
  const singles = (text.match(/'/g) ?? []).length;
  return { semicolons: lines.length === 0 || ended * 2 >= lines.length, quote: doubles > singles ? '"' : "'" };
}

/** An insertion of whole lines behind the line that an offset is in, or of a text at the offset. */
export type Insertion = { readonly offset: number } & (
  | { readonly lines: readonly string[]; readonly text?: undefined }
  | { readonly text: string }
);

/** The text with lines put in; undefined where an offset is not followed by the end of its line, or the result is no program. */
export function insertLines({ path, text }: Source, insertions: readonly Insertion[]): string | undefined {
  const newline = /\r?\n/.exec(text)?.[0] ?? '\n';
  let edited = text;
  for (const insertion of [...insertions].sort((a, b) => b.offset - a.offset)) {
    const { offset } = insertion;
    if (insertion.text !== undefined) {
      edited = edited.slice(0, offset) + insertion.text + edited.slice(offset);
      continue;
    }
    const rest = /^[ \t]*(?:\/\/[^\r\n]*)?(?=\r?\n|$)/.exec(edited.slice(offset));
    if (rest === null) return undefined;
    const at = offset + rest[0].length;
    edited = edited.slice(0, at) + insertion.lines.map((line) => newline + line).join('') + edited.slice(at);
  }
  return parseSource(path, edited) === undefined ? undefined : edited;
}

/** Behind the last import of a file, or the last `require` in front of an offset. */
export function endOfImports({ body }: Source, before: number): number | undefined {
  const ends = body.flatMap((node) => {
    const isImport = node.type === 'ImportDeclaration' || node.type === 'TSImportEqualsDeclaration';
    const isRequired = declaratorsOf(node).some(({ init }) => requires(init));
    return (isImport || isRequired) && node.end != null && node.end < before ? [node.end] : [];
  });
  return ends.at(-1);
}

function requires(node: unknown): boolean {
  const call = node as Expression | null | undefined;
  return call?.type === 'CallExpression' && call.callee.type === 'Identifier' && call.callee.name === 'require';
}
