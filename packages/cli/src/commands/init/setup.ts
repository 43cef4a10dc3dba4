import { posix } from 'node:path';
import { usage } from '../../failure.js';
import type { Project } from './detect.js';
import { NEST } from './frameworks/list.js';
import type { Layout, Mount } from './frameworks/types.js';
import { withTestScript } from './manifest.js';
import { endOfImports, findApp, findModuleImports, insertLines, namesOf, type Source, styleOf } from './source.js';
import { type Code, render, restyle } from './templates.js';
import { findTesting, forRunner, type Testing, testSuffix } from './test-runner.js';

export const VARIABLE = 'VIDEOCLOUD_WEBHOOK_SECRET';

/** A file that `init` makes or adds lines to. */
export interface Change {
  readonly path: string;
  /** Undefined for a new file. */
  readonly before: string | undefined;
  readonly after: string;
}

/** Lines that the user puts in by hand, because a place for them is not certain. */
export interface Manual {
  readonly file: string;
  readonly where: string;
  readonly lines: readonly string[];
}

export interface Setup {
  readonly code: Code;
  readonly testing: Testing;
  readonly changes: readonly Change[];
  /** Files that have what they need. */
  readonly kept: readonly string[];
  readonly manual: readonly Manual[];
  readonly envFile: string;
  readonly install: { readonly packages: readonly string[]; readonly devPackages: readonly string[] };
}

/** @throws Failure (2) when a file is in the way */
export function planSetup(project: Project): Setup {
  const { folder, manifest, framework, entry, typed } = project;
  const { mount } = framework;
  if (mount?.module === NEST && !typed) throw usage('init writes TypeScript for NestJS: add a tsconfig.json first');
  const code = codeOf(project);
  const extension = extensionOf(project);
  const layout = layoutOf(project);
  const onWorkers = framework.name === 'hono' && isWorker(project);
  const testing = findTesting(manifest, typed || framework.bundled, runnerOf(project));
  const receiver = `${layout.receiver}.${extension}`;
  const test = testPath(project, testing, layout.receiver, extension);
  const between = (from: string) => importPath(project, code, from, receiver);
  const usual = onWorkers ? (['receiver-workers', 'test-workers'] as const) : (['receiver', 'test'] as const);
  const [receiverTemplate, testTemplate] = layout.templates ?? usual;
  const files: { path: string; text: string }[] = [{ path: receiver, text: render(receiverTemplate, code, '') }];
  if (layout.route !== undefined) {
    const path = `${layout.route.path}.${extension}`;
    files.push({ path, text: render(layout.route.template, code, layout.alias ?? between(path)) });
  }
  const inBrowser = ['jsdom', 'happy-dom', 'jest-environment-jsdom'].some((name) => manifest.devDependencies.has(name));
  files.push({
    path: test,
    text: render(testTemplate, code, between(test), (text) => forRunner(text, testing.runner, inBrowser)),
  });

  const changes: Change[] = [];
  const kept: string[] = [];
  const inTheWay: string[] = [];
  for (const { path, text } of files) {
    const obstacle = folder.obstacle(path);
    if (obstacle !== undefined) throw usage(`cannot write ${path}: ${obstacle}`);
    if (!folder.has(path)) changes.push({ path, before: undefined, after: text });
    else if (isOurs(folder.read(path) ?? '')) kept.push(path);
    else inTheWay.push(path);
  }
  if (inTheWay.length > 0)
    throw usage(
      `${inTheWay.join(' and ')} exists with other content, and init overwrites nothing: rename it, or follow the page of ${framework.title} by hand`,
    );

  const manual: Manual[] = [];
  const take = (path: string, before: string | undefined, after: string | undefined, byHand: Omit<Manual, 'file'>) => {
    if (after === before) kept.push(path);
    else if (after === undefined || (before !== undefined && folder.isLink(path)))
      manual.push({ file: path, ...byHand });
    else changes.push({ path, before, after });
  };
  if (mount !== undefined && (layout.route === undefined || layout.listed)) {
    const specifier = between(entry?.path ?? `${posix.dirname(receiver)}/app.${extension}`);
    const lines = mountLines(mount, code, 'app', specifier);
    const by = { where: mount.where, lines: [...lines.imports, ...lines.mount] };
    if (entry === undefined) manual.push({ file: 'the file that makes the app', ...by });
    else take(entry.path, entry.text, mounted(project, mount, code, specifier), by);
  }
  const envFile = onWorkers ? '.dev.vars' : '.env';
  const example = `${envFile}.example`;
  const environment = folder.read(example);
  if (environment !== undefined || !folder.has(example))
    take(example, environment, withVariable(environment, envFile), { where: 'at its end', lines: [`${VARIABLE}=`] });
  if (testing.script !== undefined) {
    const by = { where: 'among the scripts', lines: [`"test": ${JSON.stringify(testing.script)}`] };
    take('package.json', manifest.text, withTestScript(manifest, testing.script), by);
  }
  const has = (name: string) => manifest.dependencies.has(name) || manifest.devDependencies.has(name);
  const install = {
    packages: ['@videocloud/webhooks', ...(mount?.packages ?? [])].filter((name) => !has(name)),
    devPackages: testing.install.filter((name) => !has(name)),
  };
  return { code, testing, changes, kept, manual, envFile, install };
}

function codeOf({ folder, manifest, entry, typed, framework }: Project): Code {
  const sample =
    entry?.text ??
    ['app/layout', 'src/app/layout', 'pages/_app', 'src/pages/_app', 'app', 'src/app', 'src/main']
      .flatMap((path) => ['tsx', 'ts', 'jsx', 'js'].map((extension) => folder.read(`${path}.${extension}`)))
      .find((text) => text !== undefined) ??
    '';
  const isModule =
    entry === undefined
      ? manifest.isModule
      : entry.isModule || entry.path.endsWith('.mjs') || (manifest.isModule && !entry.path.endsWith('.cjs'));
  return { ...styleOf(sample), typed, commonJs: !typed && !framework.bundled && !isModule };
}

function extensionOf({ entry, typed }: Project): string {
  const own = /\.([cm][jt]s)$/.exec(entry?.path ?? '')?.[1];
  return own ?? (typed ? 'ts' : 'js');
}

function layoutOf({ folder, manifest, framework, entry }: Project): Layout {
  const layout = framework.layout?.(folder, manifest);
  if (layout !== undefined && layout.receiver !== '') return layout;
  const base = entry !== undefined ? posix.dirname(entry.path) : folder.hasFolder('src') ? 'src' : '.';
  return { receiver: posix.join(base, 'webhooks') };
}

function isWorker({ folder, manifest }: Project): boolean {
  return (
    manifest.devDependencies.has('wrangler') ||
    manifest.dependencies.has('wrangler') ||
    ['wrangler.toml', 'wrangler.json', 'wrangler.jsonc'].some((name) => folder.has(name))
  );
}

/** Beside the receiver, or in the folder for tests where there is one that the test command looks in. */
function testPath({ folder, manifest }: Project, { runner }: Testing, receiver: string, extension: string): string {
  const command = manifest.scripts.get('test') ?? '';
  const dir = ['test', 'tests'].find((name) => folder.hasFolder(name));
  const beside = posix.dirname(receiver);
  const names = [dir ?? '', 'src', beside].flatMap((path) => folder.list(path));
  const suffix = testSuffix(manifest, names);
  // Frameworks' generators may name a folder with one more below: `test/**/*.test.js`, which a shell reads as `test/*/*.test.js`.
  const named = dir !== undefined && (runner === 'node' || runner === 'mocha') && !/\bsrc\//.test(command);
  const at = !named ? beside : folder.hasFolder(`${dir}/routes`) ? `${dir}/routes` : dir;
  return posix.join(at ?? beside, `webhooks.${suffix}.${extension}`);
}

/** How one file of the project imports another. */
function importPath({ entry, tsconfig, manifest, manager }: Project, code: Code, from: string, to: string): string {
  const way = posix.relative(posix.dirname(from), to);
  const [, base = way, extension = ''] = /^(.*)\.(\w+)$/.exec(way) ?? [];
  const specifier = base.startsWith('.') ? base : `./${base}`;
  if (manager === 'deno') return `${specifier}.${extension}`;
  if (!code.typed) return code.commonJs && extension === 'js' ? specifier : `${specifier}.${extension}`;
  // As the entry imports its neighbors; otherwise as Node resolves modules, where TypeScript follows Node.
  const neighbor = /from\s+['"]\.{1,2}\/[^'"]*?(\.[cm]?[jt]s)?['"]/.exec(entry?.text ?? '');
  if (neighbor !== null)
    return neighbor[1] === undefined
      ? specifier
      : `${specifier}${neighbor[1].endsWith('ts') ? `.${extension}` : jsOf(extension)}`;
  const asNode = /"module(Resolution)?"\s*:\s*"node(16|18|20|next)"/i.test(tsconfig) && manifest.isModule;
  return asNode || extension !== 'ts' ? `${specifier}${jsOf(extension)}` : specifier;
}

/** What runs tests on a platform with a test runner of its own. */
function runnerOf({ framework, manager }: Project): 'bun' | 'deno' | undefined {
  if (manager === 'deno') return 'deno';
  return framework.name === 'bun' || (framework.name === 'elysia' && manager === 'bun') ? 'bun' : undefined;
}

const jsOf = (extension: string) => `.${extension.replace('t', 'j')}`;

/** A file that `init` made, or that someone set up already. */
function isOurs(text: string): boolean {
  return text.includes('@videocloud/webhooks') || /\breceiver\.fetch\(/.test(text);
}

function mountLines(mount: Mount, code: Code, app: string, specifier: string) {
  const style = (line: string) => restyle(line, code).split('\n');
  const imports = mount.imports.map(
    ([names, from]) => `import ${names} from '${from === './webhooks' ? specifier : from}';`,
  );
  return { imports: imports.flatMap(style), mount: style(mount.line(app)) };
}

/** The entry with the route; the same text where it has one; undefined where there is no certain place. */
function mounted(project: Project, mount: Mount, code: Code, specifier: string): string | undefined {
  const { entry } = project;
  if (entry === undefined) return undefined;
  if (entry.text.includes('@videocloud/webhooks') || isQuoted(entry, specifier)) return entry.text;
  if (mount.place !== undefined) return placed(entry, mount, code, specifier);
  if (mount.module === NEST) return withModule(entry, mountLines(mount, code, '', specifier).imports, specifier);
  const app = findApp(entry, mount.module);
  // A route or a name of the user's that would stand in the way.
  if (app === undefined || /\b(webhooks|receiver|webhookHandler|fastifyWebhooks)\b/.test(entry.text)) return undefined;
  const lines = mountLines(mount, code, app.name, specifier);
  const imports = endOfImports(entry, app.start);
  return insertLines(entry, [
    { offset: app.end, lines: imports === undefined ? [...lines.imports, ...lines.mount] : lines.mount },
    ...(imports === undefined ? [] : [{ offset: imports, lines: lines.imports }]),
  ]);
}

const isQuoted = ({ text }: Source, words: string) => text.includes(`'${words}'`) || text.includes(`"${words}"`);

function placed(entry: Source, mount: Mount, code: Code, specifier: string): string | undefined {
  const lines = mountLines(mount, code, '', specifier);
  if (isQuoted(entry, 'routes/webhooks.ts')) return entry.text;
  if (/\breceiver\b|['"]\/?webhooks['"]/.test(entry.text)) return undefined;
  const place = mount.place?.(entry, lines.mount);
  if (place === undefined) return undefined;
  const bound = /^\{ (\w+) \}$/.exec(mount.imports[0]?.[0] ?? '')?.[1] ?? '';
  const imports = namesOf(entry, mount.module).has(bound) ? [] : lines.imports;
  const end = endOfImports(entry, Number.POSITIVE_INFINITY);
  const importing =
    end === undefined ? { offset: 0, text: `${imports.join('\n')}\n\n` } : { offset: end, lines: imports };
  return insertLines(entry, imports.length === 0 ? [place] : [importing, place]);
}

function withModule(entry: Source, lines: readonly string[], specifier: string): string | undefined {
  if (entry.text.includes(specifier)) return entry.text;
  const place = findModuleImports(entry, 'WebhooksModule');
  const imports = endOfImports(entry, Number.POSITIVE_INFINITY);
  if (place === undefined || imports === undefined || /\bWebhooksModule\b/.test(entry.text)) return undefined;
  return insertLines(entry, [{ offset: imports, lines }, place]);
}

function withVariable(text: string | undefined, envFile: string): string {
  const line = `# The secret of your webhook at VideoCloud. Copy this file to ${envFile}, which is not committed.\n${VARIABLE}=\n`;
  if (text === undefined || text === '') return line;
  if (new RegExp(`^\\s*(export\\s+)?${VARIABLE}\\s*=`, 'm').test(text)) return text;
  return `${text.endsWith('\n') ? text : `${text}\n`}${VARIABLE}=\n`;
}
