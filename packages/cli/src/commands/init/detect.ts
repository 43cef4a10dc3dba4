import { usage } from '../../failure.js';
import { Folder } from './folder.js';
import { FRAMEWORKS, frameworksOf, NEST } from './frameworks/list.js';
import { servesBun } from './frameworks/places.js';
import type { Framework, Mount } from './frameworks/types.js';
import type { Manifest } from './manifest.js';
import { findPackageManager, type PackageManager } from './package-manager.js';
import { findApp, findModuleImports, importsModule, parseSource, type Source } from './source.js';
import { globsOf, packagesOf, readPackage, workspaceRoot } from './workspace.js';

/** What `init` found out about a project. */
export interface Project {
  readonly folder: Folder;
  readonly manifest: Manifest;
  readonly framework: Framework;
  /** The file that makes the app; undefined where there is none, or more than one. */
  readonly entry: Source | undefined;
  readonly manager: PackageManager;
  readonly typed: boolean;
  /** The text of tsconfig.json, or ''. */
  readonly tsconfig: string;
}

const NAMES = FRAMEWORKS.map(({ name }) => name).join(', ');

/**
 * @param chosen the name given as `--framework`
 * @throws Failure (2) with the fix, when the folder is no project that can be set up
 */
export function detectProject(path: string, chosen: string | undefined, userAgent: string | undefined): Project {
  const folder = new Folder(path);
  const own = readPackage(folder);
  if (own === undefined) {
    throw usage(`no package.json in ${folder.path}: name the app's folder, or run \`npm init -y\` there first`);
  }
  const { manifest } = own;
  const files = entryFiles(folder, manifest);
  const root = workspaceRoot(folder);
  const manager = findPackageManager(root === undefined ? [own] : [own, root], userAgent);
  const framework = FRAMEWORKS.find(({ name }) => name === chosen) ?? detectFramework(own, files, manager);
  const tsconfig = folder.read('tsconfig.json') ?? '';
  const { mount } = framework;
  const entries = files.filter((file) => mount !== undefined && makesApp(file, mount));
  const entry = entries.length === 1 ? entries[0] : undefined;
  return {
    folder,
    manifest,
    framework,
    entry,
    manager,
    typed:
      folder.has('tsconfig.json') ||
      (entry === undefined && manager === 'deno') ||
      /\.[cm]?tsx?$/.test(entry?.path ?? ''),
    tsconfig,
  };
}

function detectFramework(
  own: { folder: Folder; manifest: Manifest },
  files: readonly Source[],
  manager: PackageManager,
): Framework {
  const found = frameworksOf(own.manifest);
  const [first, second] = found;
  if (second !== undefined) {
    const titles = found.map(({ title }) => title).join(' and ');
    throw usage(
      `package.json has ${titles}: choose the one that receives webhooks with --framework ${found.map(({ name }) => name).join('|')}`,
    );
  }
  if (first !== undefined) return first;
  if (globsOf(own) !== undefined) {
    const apps = packagesOf(own).flatMap(({ path, manifest }) =>
      frameworksOf(manifest).map(({ title }) => `${path} (${title})`),
    );
    const list = apps.length === 0 ? '' : `: ${apps.join(', ')}`;
    throw usage(`${own.folder.path} is the root of a workspace: run init in the package that receives webhooks${list}`);
  }
  const server = files.some(servesBun)
    ? 'bun'
    : manager === 'deno' || files.some((file) => file.text.includes('Deno.serve'))
      ? 'deno'
      : files.some(usesNodeHttp)
        ? 'node'
        : undefined;
  const plain = FRAMEWORKS.find(({ name }) => name === server);
  if (plain !== undefined) return plain;
  throw usage(
    `no framework that init knows is among the dependencies of package.json: give --framework NAME (${NAMES}), or write the route by hand with receiver.fetch`,
  );
}

function makesApp(source: Source, { module, isIn }: Mount): boolean {
  if (isIn !== undefined) return isIn(source);
  if (module === 'node:http') return usesNodeHttp(source);
  return (module === NEST ? findModuleImports(source, '') : findApp(source, module)) !== undefined;
}

function usesNodeHttp(source: Source): boolean {
  return (
    (importsModule(source, 'node:http') || importsModule(source, 'http')) && /\bcreateServer\s*\(/.test(source.text)
  );
}

const EXTENSIONS = ['ts', 'mts', 'cts', 'tsx', 'js', 'mjs', 'cjs'];

/** The files in which an app usually begins: `main`, those of the scripts, and the usual names. */
function entryFiles(folder: Folder, { main, scripts }: Manifest): Source[] {
  const named = [...scripts.values()].flatMap((script) => script.match(/[\w@./-]+\.[cm]?[jt]sx?\b/g) ?? []);
  const usual = ['', 'src/'].flatMap((base) =>
    ['app', 'server', 'index', 'main', 'app.module'].flatMap((name) =>
      EXTENSIONS.map((extension) => `${base}${name}.${extension}`),
    ),
  );
  const routes = EXTENSIONS.map((extension) => `app/routes.${extension}`);
  const paths = [...(main === undefined ? [] : [main]), ...named, ...usual, ...routes]
    .map((path) => path.replace(/^(\.\/)+/, ''))
    .filter((path) => !/(^|\/)(\.\.|node_modules|dist|build|tests?)\/|^\/|\.(test|spec|config)\./.test(path));
  return [...new Set(paths)].flatMap((path) => {
    const text = folder.read(path);
    const source = text === undefined ? undefined : parseSource(path, text);
    return source === undefined ? [] : [source];
  });
}
