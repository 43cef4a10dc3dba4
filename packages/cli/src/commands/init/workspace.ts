import { usage } from '../../failure.js';
import { parseDenoConfig } from './deno-config.js';
import { Folder } from './folder.js';
import { type Manifest, parseManifest } from './manifest.js';

export interface Package {
  readonly folder: Folder;
  readonly manifest: Manifest;
}

/**
 * The package.json of a folder, or else its deno.json.
 *
 * @throws Failure (2) when it is not a JSON object
 */
export function readPackage(folder: Folder): Package | undefined {
  const text = folder.read('package.json');
  if (text !== undefined) return { folder, manifest: parseManifest(text, folder.at('package.json')) };
  const deno = folder.read('deno.json') ?? folder.read('deno.jsonc');
  if (deno !== undefined) return { folder, manifest: parseDenoConfig(deno, folder.at('deno.json')) };
  if (folder.has('package.json')) throw usage(`${folder.at('package.json')} is not a UTF-8 text file: mend it first`);
  return undefined;
}

/** The root of the workspace that a folder is in: the nearest above that lists workspaces. */
export function workspaceRoot(folder: Folder): Package | undefined {
  for (let above = folder.parent(); above !== undefined; above = above.parent()) {
    const found = quietly(above);
    if (found !== undefined && globsOf(found) !== undefined) return found;
    if (above.has('.git')) return undefined;
  }
  return undefined;
}

/** The globs of a workspace root; undefined where a package is none. */
export function globsOf({ folder, manifest }: Package): readonly string[] | undefined {
  const yaml = folder.read('pnpm-workspace.yaml');
  if (yaml === undefined) return manifest.workspaces;
  // Its list is one of plain or quoted texts; other members of the file are of no interest here.
  const block = /^packages:[ \t]*\r?\n((?:[ \t]*-.*(?:\r?\n|$))*)/m.exec(yaml)?.[1] ?? '';
  return [...block.matchAll(/-[ \t]*["']?([^"'#\r\n]+)/g)].map((match) => (match[1] ?? '').trim());
}

/** The packages of a workspace: `apps/web`, and every folder of `apps/*`. */
export function packagesOf(root: Package): (Package & { path: string })[] {
  const paths = (globsOf(root) ?? [])
    .filter((glob) => !glob.startsWith('!'))
    .map((glob) => glob.replace(/^\.\//, '').replace(/\/+$/, ''))
    .flatMap((glob) => {
      const parent = /^(.*)\/\*{1,2}$/.exec(glob)?.[1];
      return parent === undefined ? [glob] : root.folder.list(parent).map((name) => `${parent}/${name}`);
    });
  return [...new Set(paths)].slice(0, 500).flatMap((path) => {
    if (!root.folder.hasFolder(path)) return [];
    const found = quietly(new Folder(root.folder.at(path)));
    return found === undefined ? [] : [{ ...found, path }];
  });
}

/** As {@link readPackage}; a broken package.json elsewhere is not this command's matter. */
function quietly(folder: Folder): Package | undefined {
  try {
    return readPackage(folder);
  } catch {
    return undefined;
  }
}
