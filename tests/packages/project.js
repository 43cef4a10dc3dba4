// A throw-away project outside the repository: the packages from their tarballs, the tools linked beside.
import { execFile, execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const here = fileURLToPath(new URL('.', import.meta.url));
const run = promisify(execFile);

export function installTools() {
  const installed = `${here}node_modules/.package-lock.json`;
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(`${here}package-lock.json`).mtimeMs) return;
  const began = Date.now();
  execFileSync('npm', ['ci', '--silent'], { cwd: here, stdio: 'inherit' });
  console.log(`installed the tools in ${Math.round((Date.now() - began) / 1_000)} s`);
}

/**
 * @param {import('./tarballs.js').Packed[]} packed the packages to install, by `npm install`
 * @param {string[]} tools packages to put beside them
 * @param {string[]} installed packages to install beside them, in the version the repository has, for tools that follow no links
 */
export function makeProject(packed, tools, installed = []) {
  const folder = mkdtempSync(join(tmpdir(), 'packed-'));
  const dependencies = Object.fromEntries(packed.map(({ name, tarball }) => [name, `file:${tarball}`]));
  // The packages need one another, and none of them is in a registry yet.
  const overrides = { ...dependencies };
  for (const name of installed) dependencies[name] = versionOf(name);
  const manifest = { name: 'throw-away', private: true, dependencies, overrides };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  // Peers are linked, in the repository's versions.
  execFileSync('npm', ['install', '--omit=peer', '--silent', '--no-audit', '--no-fund', '--prefer-offline'], {
    cwd: folder,
    stdio: 'inherit',
  });
  for (const name of tools) {
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    if (!existsSync(link)) symlinkSync(tool(name), link);
  }
  cpSync(join(here, 'consumer'), folder, { recursive: true });
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** @param {string} name */
function versionOf(name) {
  return JSON.parse(readFileSync(tool(`${name}/package.json`), 'utf8')).version;
}

/**
 * A path in tests/packages/node_modules, or in the repository's where the tool is one of its own.
 *
 * @param {string} path
 */
export function tool(path) {
  const own = join(here, 'node_modules', path);
  return existsSync(own) ? own : join(here, '../..', 'node_modules', path);
}

/**
 * @param {string} folder
 * @param {string[]} args of Node
 */
export async function node(folder, args) {
  const { stdout } = await run(process.execPath, args, { cwd: folder, timeout: 300_000, maxBuffer: 1e8 });
  return stdout.trim();
}

/**
 * One check: its error is what the command said, or what it should have said.
 *
 * @param {string} title
 * @param {() => Promise<void>} attempt
 * @returns {Promise<import('./run.js').Check>}
 */
export async function check(title, attempt) {
  try {
    await attempt();
    return { title, error: '' };
  } catch (error) {
    const { stdout = '', stderr = '', message = String(error) } = /** @type {Record<string, string>} */ (error);
    return { title, error: (`${stdout}${stderr}`.trim() || message).slice(0, 2_000) };
  }
}
