// A framework's application, built and started as in production. Its code is that of the framework's page.
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from '../../scripts/free-port.js';

const run = promisify(execFile);
const repository = fileURLToPath(new URL('../../', import.meta.url));

/**
 * @typedef {object} PageConfig
 * @property {string} page below docs/receive
 * @property {string[]} [files] the page's files that this row takes; all when absent
 */

/** @typedef {PageConfig & { build?: string[], start: string[] }} FrameworkConfig */

/**
 * The files that a page shows: each fence under a paragraph that is only a path.
 *
 * @param {PageConfig} config
 * @returns {[path: string, code: string][]}
 */
export function pageFiles({ page, files }) {
  const text = readFileSync(join(repository, `docs/receive/${page}.md`), 'utf8');
  const found = [...text.matchAll(/^`([\w./+-]+)`:\n\n```\w+\n(.*?)^```$/gms)].map(
    ([, path = '', code = '']) => /** @type {[string, string]} */ ([path, code]),
  );
  return found.filter(([path]) => files === undefined || files.includes(path));
}

/**
 * @param {string} folder the project
 * @param {PageConfig} config
 * @param {(code: string) => string} [change]
 */
export function writePage(folder, config, change = (code) => code) {
  for (const [path, code] of pageFiles(config)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), change(code));
  }
}

/**
 * Compiles the page's TypeScript strictly, against the framework's own types.
 *
 * @param {string} folder the project
 * @param {PageConfig & { platforms?: string[] }} config
 * @param {string} node the program
 */
export async function typecheck(folder, { platforms, ...config }, node) {
  const files = pageFiles(config).flatMap(([path]) => (path.endsWith('.ts') ? [path] : []));
  const env = { ...process.env, PATH: pathWith(node) };
  if (platforms?.includes('Deno')) {
    await run('deno', ['check', '--no-config', '--node-modules-dir=manual', ...files], { cwd: folder, env });
    return;
  }
  if (files.length === 0) return;
  const bun = existsSync(join(folder, 'node_modules/@types/bun'));
  const compilerOptions = {
    module: 'esnext',
    moduleResolution: 'bundler',
    target: 'es2022',
    lib: ['es2022', 'dom', 'dom.iterable'],
    types: [bun ? 'bun' : 'node'],
    typeRoots: [join(bun ? folder : repository, 'node_modules/@types')],
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
    noEmit: true,
  };
  writeFileSync(join(folder, 'tsconfig.page.json'), JSON.stringify({ compilerOptions, files }));
  await run(node, [join(repository, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.page.json'], {
    cwd: folder,
    env,
  });
}

/**
 * @param {string} folder the project
 * @param {FrameworkConfig} config
 * @param {Record<string, string | undefined>} env
 */
export async function startFramework(folder, { build, start }, env) {
  const port = await freePort();
  /** @type {NodeJS.ProcessEnv} */
  const all = {
    ...env,
    PATH: `${join(folder, 'node_modules/.bin')}:${env.PATH}`,
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    // The contract sends 16 KB of headers, and bodies over SvelteKit's own limit.
    NODE_OPTIONS: '--max-http-header-size=65536',
    BODY_SIZE_LIMIT: 'Infinity',
    DENO_SERVE_ADDRESS: `tcp:127.0.0.1:${port}`,
    PORT: String(port),
  };
  const options = { cwd: folder, env: all };
  if (build !== undefined) await run(build[0] ?? '', build.slice(1), { ...options, maxBuffer: 1e8 });
  const [command = '', ...args] = start.map((word) => (word === '$PORT' ? String(port) : word));
  const server = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [server.stdout, server.stderr]) stream.on('data', (chunk) => (output += chunk));
  let ended = false;
  const end = new Promise((resolve) => server.once('close', resolve)).then(() => (ended = true));
  const failed = new Promise((_, reject) => server.once('error', reject));
  const stop = async () => {
    server.kill('SIGKILL');
    await end;
  };
  for (let looks = 0; !(await Promise.race([listens(port), failed])); looks++) {
    if (ended || looks > 1_200) throw new Error(`${start.join(' ')} does not listen:\n${output}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { port, output: () => output, stop };
}

/**
 * The Node of a platform; Bun and Deno need one for npm.
 *
 * @param {string} platform `Node 24`, `Bun`, …
 */
export function nodeOf(platform) {
  const major = /^Node (\d+)$/.exec(platform)?.[1] ?? '24';
  return join(repository, `tests/runtimes/node_modules/node${major}/bin/node`);
}

/**
 * The `PATH` of a platform: its own Node, Bun and Deno.
 *
 * @param {string} node the program
 */
export function pathWith(node) {
  return [dirname(node), join(repository, 'tests/runtimes/node_modules/.bin'), process.env.PATH].join(':');
}

/**
 * @param {number} port
 * @returns {Promise<boolean>}
 */
function listens(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
