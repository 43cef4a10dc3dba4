// A throw-away folder outside the repository with one peer, our packages from their tarballs, and the app that uses both.
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { pathWith, typecheck, writePage } from './framework.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const repository = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);
const LIMITS = { timeout: 600_000, maxBuffer: 1e8 };

/** @typedef {{ peers: string[], age: 'oldest' | 'between' | 'newest' | 'long', app: string, packages: string[], recipe?: string, page?: string, files?: string[], platforms?: string[], service?: 'redis' | 'postgres' }} Config */

/** @returns {{ name: string, config: Config }[]} every folder with a package.json */
export function listPeers() {
  return readdirSync(here)
    .filter((name) => existsSync(join(here, name, 'package.json')))
    .map((name) => ({ name, config: JSON.parse(readFileSync(join(here, name, 'package.json'), 'utf8')).config }));
}

/**
 * Installs as a user would: by npm, run by the Node that will run the app.
 *
 * @param {string} root
 * @param {{ name: string, config: Config }} peer
 * @param {Map<string, string>} tarballs by folder name of the package
 * @param {string} node the program
 * @returns {Promise<string>} the folder
 */
export async function install(root, { name, config }, tarballs, node) {
  const folder = join(root, name);
  mkdirSync(folder);
  cpSync(join(here, name), folder, { recursive: true });
  copyApps(folder);
  if (config.app === 'compile') cpSync(join(repository, 'tests/packages/consumer'), folder, { recursive: true });
  if (config.page !== undefined) writePage(folder, { ...config, page: config.page });
  if (config.recipe !== undefined) await writeRecipe(config.recipe, folder);
  await npm(node, folder, ['ci', '--prefer-offline', '--silent']);
  // Not in the lockfile: a tarball's checksum changes with every build.
  const files = config.packages.map((one) => tarballs.get(one) ?? '');
  await npm(node, folder, ['install', '--no-save', '--prefer-offline', '--silent', ...files]);
  if (config.page !== undefined) await typecheck(folder, { ...config, page: config.page }, node);
  return folder;
}

/** @param {string} folder */
export function copyApps(folder) {
  for (const file of ['.npmrc', 'drive.mjs', 'compile.mjs']) cpSync(join(here, file), join(folder, file));
  cpSync(join(repository, 'scripts/free-port.js'), join(folder, 'free-port.js'));
  const framework = readFileSync(join(here, 'framework.js'), 'utf8');
  writeFileSync(join(folder, 'framework.js'), framework.replace('../../scripts/free-port.js', './free-port.js'));
  cpSync(join(here, 'apps'), folder, { recursive: true });
}

/**
 * npm's own program, so that any Node can run it.
 *
 * @param {string} node
 * @param {string} cwd
 * @param {string[]} args
 */
export async function npm(node, cwd, args) {
  const { stdout } = await run('npm', ['root', '-g']);
  return run(node, [join(stdout.trim(), 'npm/bin/npm-cli.js'), ...args], { cwd, ...LIMITS });
}

/**
 * @param {string} name
 * @param {string} folder
 */
async function writeRecipe(name, folder) {
  const result = await build({
    entryPoints: [join(repository, `docs/recipes/${name}.ts`)],
    write: false,
    format: 'esm',
    tsconfigRaw: { compilerOptions: { experimentalDecorators: true } },
  });
  writeFileSync(join(folder, 'recipe.mjs'), result.outputFiles[0]?.text ?? '');
}

/**
 * @param {string} folder
 * @param {{ app: string, args?: string[] }} config what else the app is given
 * @param {string} node
 * @param {Record<string, string>} env
 * @returns {Promise<string>} empty, or what went wrong
 */
export async function tryPeer(folder, { app, args: more = [] }, node, env) {
  // What it takes was done by `install`.
  if (app === 'typecheck') return '';
  const args = app === 'compile' ? ['compile.mjs'] : ['drive.mjs', app, ...more];
  // What the app starts runs on the same Node.
  const environment = { ...process.env, PATH: pathWith(node), ...env };
  try {
    const { stdout } = await run(node, args, { cwd: folder, ...LIMITS, env: environment });
    return app === 'compile' ? '' : faultsOf(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
  } catch (error) {
    const { stdout = '', stderr = '', message = '' } = /** @type {Record<string, string>} */ (error);
    return (`${stdout}${stderr}`.trim() || message).slice(0, 3_000);
  }
}

/** What was answered, and how many were handled by then. */
const EXPECTED = { genuine: [200, 1], again: [200, 1], forged: [401, 1], another: [200, 2] };

/** @param {{ others: number[] } & Record<string, unknown>} result */
function faultsOf({ others, ...result }) {
  const wrong = Object.entries(EXPECTED).filter(([step, expected]) => String(result[step]) !== String(expected));
  const faults = wrong.map(([step, expected]) => `${step}: ${result[step]} in place of ${expected}`);
  if (others.some((status, at) => status !== (at % 2 === 0 ? 200 : 401))) faults.push(`other endpoints: ${others}`);
  return faults.join('\n');
}

/**
 * @param {string} folder
 * @param {Config} config
 */
export function versionsOf(folder, { peers }) {
  const version = (/** @type {string} */ name) =>
    JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')).version;
  return peers.map((name) => `${name} ${version(name)}`).join(', ');
}
