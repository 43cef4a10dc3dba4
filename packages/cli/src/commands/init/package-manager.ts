import type { Folder } from './folder.js';
import type { Manifest } from './manifest.js';

export type PackageManager = 'npm' | 'pnpm' | 'yarn' | 'bun' | 'deno';

const LOCKFILES: readonly (readonly [string, PackageManager])[] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['pnpm-workspace.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
  ['package-lock.json', 'npm'],
  ['npm-shrinkwrap.json', 'npm'],
  ['deno.json', 'deno'],
  ['deno.jsonc', 'deno'],
];

/**
 * Which package manager a project uses.
 *
 * @param roots the project's folder, then the root of its workspace; each with its package.json
 * @param userAgent `npm_config_user_agent`: set where a package manager started this command
 */
export function findPackageManager(
  roots: readonly { folder: Folder; manifest: Manifest }[],
  userAgent: string | undefined,
): PackageManager {
  const names: readonly PackageManager[] = ['npm', 'pnpm', 'yarn', 'bun'];
  for (const { manifest } of roots) {
    const declared = names.find((name) => manifest.packageManager?.startsWith(`${name}@`));
    if (declared !== undefined) return declared;
  }
  for (const { folder } of roots) {
    const locked = LOCKFILES.find(([file]) => folder.has(file));
    if (locked !== undefined) return locked[1];
  }
  return names.find((name) => userAgent?.startsWith(`${name}/`)) ?? 'npm';
}

const ADD: Readonly<Record<PackageManager, readonly [add: string, dev: string]>> = {
  npm: ['npm install', 'npm install -D'],
  pnpm: ['pnpm add', 'pnpm add -D'],
  yarn: ['yarn add', 'yarn add -D'],
  bun: ['bun add', 'bun add -d'],
  deno: ['deno add', 'deno add'],
};

/** The lines that install what is missing. */
export function installLines(
  manager: PackageManager,
  packages: readonly string[],
  devPackages: readonly string[],
): string[] {
  const [add, dev] = ADD[manager];
  const named = (names: readonly string[]) =>
    names.map((name) => (manager === 'deno' ? `npm:${name}` : name)).join(' ');
  return [
    ...(packages.length > 0 ? [`${add} ${named(packages)}`] : []),
    ...(devPackages.length > 0 ? [`${dev} ${named(devPackages)}`] : []),
  ];
}

export function testLine(manager: PackageManager): string {
  return { npm: 'npm test', pnpm: 'pnpm test', yarn: 'yarn test', bun: 'bun run test', deno: 'deno test -A' }[manager];
}

/** How a package's command is run without installing it. */
export function execLine(manager: PackageManager): string {
  return { npm: 'npx', pnpm: 'pnpm dlx', yarn: 'npx', bun: 'bunx', deno: 'npx' }[manager];
}
