import { parseExpression } from '@babel/parser';
import { reasonOf, usage } from '../../failure.js';
import type { Expression } from './source.js';

/** What `init` reads of a package.json. Members of another type than npm's count as absent. */
export interface Manifest {
  readonly text: string;
  readonly name: string | undefined;
  readonly isModule: boolean;
  readonly main: string | undefined;
  readonly packageManager: string | undefined;
  readonly scripts: ReadonlyMap<string, string>;
  readonly dependencies: ReadonlyMap<string, string>;
  readonly devDependencies: ReadonlyMap<string, string>;
  /** Globs of `workspaces`; undefined where the package is no workspace root. */
  readonly workspaces: readonly string[] | undefined;
  readonly jest: string;
}

/** @throws Failure (2) when the text is not a JSON object */
export function parseManifest(text: string, file: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    throw usage(`${file} is not JSON (${reasonOf(error)}): mend it first`);
  }
  const manifest = record(value);
  if (manifest === undefined)
    throw usage(`${file} must hold a JSON object: mend it, or delete it and run \`npm init -y\``);
  const { workspaces } = manifest;
  return {
    text,
    name: string(manifest.name),
    isModule: manifest.type === 'module',
    main: string(manifest.main),
    packageManager: string(manifest.packageManager),
    scripts: strings(manifest.scripts),
    dependencies: strings(manifest.dependencies),
    devDependencies: strings(manifest.devDependencies),
    workspaces: globs(workspaces) ?? globs(record(workspaces)?.packages),
    jest: JSON.stringify(manifest.jest ?? ''),
  };
}

// What `npm init` writes until there is a test.
const PLACEHOLDER = /^echo "Error: no test specified"/;

/** The command behind `npm test`, with other scripts that it runs put in their place; undefined where there is none. */
export function testCommand({ scripts }: Manifest): string | undefined {
  const own = scripts.get('test');
  if (own === undefined || PLACEHOLDER.test(own)) return undefined;
  const expand = (command: string, depth: number): string =>
    command.replace(/\b(?:npm|pnpm|yarn|bun) (?:run )?([\w:.-]+)/g, (call, name: string) => {
      const inner = scripts.get(name);
      return inner === undefined || depth === 0 ? call : expand(inner, depth - 1);
    });
  return expand(own, 3);
}

/**
 * The text of package.json with a `test` script: one line more, or npm's placeholder replaced. All else stays as it was.
 *
 * @returns undefined where the text has no place that is certain
 */
export function withTestScript({ text, scripts }: Manifest, command: string): string | undefined {
  const start = text.startsWith('\ufeff') ? 1 : 0;
  const newline = /\r?\n/.exec(text)?.[0] ?? '\n';
  const indent = /\n([ \t]+)"/.exec(text)?.[1] ?? '  ';
  const root: Expression = parseExpression(text.slice(start));
  if (root.type !== 'ObjectExpression') return undefined;
  const member = (object: Extract<Expression, { type: 'ObjectExpression' }>, name: string) =>
    object.properties.flatMap((property) =>
      property.type === 'ObjectProperty' && property.key.type === 'StringLiteral' && property.key.value === name
        ? [property.value]
        : [],
    );
  const entry = `"test": ${JSON.stringify(command)}`;
  const insert = (at: number, added: string, until = at) =>
    text.slice(0, start + at) + added + text.slice(start + until);
  const found = member(root, 'scripts');
  const [held] = found;
  if (found.length > 1) return undefined;
  if (held === undefined) {
    const last = root.properties.at(-1);
    if (last?.end == null) return undefined;
    const inner = `${newline}${indent}${indent}${entry}${newline}${indent}`;
    return insert(last.end, `,${newline}${indent}"scripts": {${inner}}`);
  }
  if (held.type !== 'ObjectExpression' || held.start == null || held.end == null) return undefined;
  const [placeholder] = member(held, 'test');
  if (placeholder?.start != null && placeholder.end != null)
    return scripts.has('test') ? insert(placeholder.start, JSON.stringify(command), placeholder.end) : undefined;
  const last = held.properties.at(-1);
  const line = `${newline}${indent}${indent}${entry}`;
  if (last?.end == null) return insert(held.start, `{${line}${newline}${indent}}`, held.end);
  return insert(last.end, `,${line}`);
}

function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

function string(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function strings(value: unknown): Map<string, string> {
  return new Map(
    Object.entries(record(value) ?? {}).flatMap(([key, held]) => (typeof held === 'string' ? [[key, held]] : [])),
  );
}

function globs(value: unknown): string[] | undefined {
  return Array.isArray(value) ? value.filter((glob): glob is string => typeof glob === 'string') : undefined;
}
