// `npm run long -- init [TITLE …]`: fresh app → init --yes → install → npm test → start → a genuine and a forged delivery.
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from '../../scripts/free-port.js';
import { packAll } from '../packages/tarballs.js';
import { pathWith } from '../peers/framework.js';
import { installRuntimes } from '../runtimes/install.js';
import { APPS, writeFiles } from './apps.js';

const BIN = fileURLToPath(new URL('../../packages/cli/bin/videocloud-webhooks.js', import.meta.url));
const TARGET_SECONDS = 60;
const START_MS = 180_000;
const SECRET = 'a-secret-of-this-run';

installRuntimes();
// Bun and Deno are those of tests/runtimes.
const PATH = pathWith(process.execPath);
const env = { ...process.env, PATH, CI: '1', NEXT_TELEMETRY_DISABLED: '1', VIDEOCLOUD_WEBHOOK_SECRET: SECRET };
// What `npm run long` sets, and what a shell of a user does not have.
for (const name of Object.keys(env))
  if (/^npm_|^(INIT_CWD|NODE_ENV|LONG)$/.test(name)) delete env[/** @type {'CI'} */ (name)];
const run = promisify(execFile);

/**
 * @param {string} file
 * @param {string[]} args
 * @param {string} cwd
 */
async function command(file, args, cwd) {
  try {
    return (await run(file, args, { cwd, env, maxBuffer: 1e8 })).stdout;
  } catch (error) {
    const { stdout, stderr } = /** @type {{ stdout: string, stderr: string }} */ (error);
    throw new Error(`${[file, ...args].join(' ')} failed:\n${stdout}${stderr}`.slice(-4_000));
  }
}

const root = mkdtempSync(join(tmpdir(), 'init-run-'));
const packed = packAll();
const tarballOf = (/** @type {string} */ name) => packed.find((one) => one.name === name)?.tarball ?? name;
const wanted = process.argv.slice(2);
const rows = [];
for (const [index, app] of APPS.entries()) {
  if (wanted.length > 0 && !wanted.some((word) => app.title.toLowerCase().startsWith(word.toLowerCase()))) continue;
  process.stderr.write(`${app.title} …\n`);
  rows.push({ title: app.title, ...(await attempt(app, join(root, String(index)))) });
}
rmSync(root, { recursive: true, force: true });
print(rows);

/**
 * @param {import('./apps.js').App} app
 * @param {string} home
 */
async function attempt(app, home) {
  const clock = stopwatch();
  try {
    const version = await generate(app, home, clock);
    const dir = join(home, 'app');
    const { framework, testRunner, changes, manual, next } = await clock.time('init', async () =>
      JSON.parse(await command(process.execPath, [BIN, 'init', dir, '--yes', '--json'], home)),
    );
    const [left] = manual;
    if (left !== undefined) {
      const [file, put] = app.byHand ?? [];
      if (put === undefined || left.file !== file || manual.length > 1)
        throw new Error(`lines are left to the user: ${JSON.stringify(manual)}`);
      writeFileSync(join(dir, file), put(readFileSync(join(dir, file), 'utf8'), left.lines));
    }
    // Our packages are in no registry: npm installs their tarballs, whatever the package manager.
    const lines = next.install.map((/** @type {string} */ line) =>
      line
        .split(' ')
        .slice(1)
        .map((word) => tarballOf(word.replace(/^npm:/, '')).replace(/^-d$/, '-D')),
    );
    for (const args of lines) await command('npm', [...args, '--no-audit', '--no-fund', '--prefer-offline'], dir);
    const [runner = '', ...test] = next.test.split(' ');
    await clock.time('test', () => command(runner, test, dir));
    const port = await freePort();
    const server = await clock.time('start', () => start(app.start, dir, port));
    try {
      const url = `http://127.0.0.1:${port}/webhooks`;
      await clock.time('trigger', () => command(process.execPath, [BIN, 'trigger', 'video.processed', url], home));
      for (const how of ['body', 'signature', 'unsigned'])
        await command(process.execPath, [BIN, 'trigger', 'video.processed', url, '--tamper', how], home);
    } finally {
      await server.stop();
    }
    return { version, framework, testRunner, files: changes.length, ...clock.result(), error: '' };
  } catch (error) {
    return { ...clock.result(), error: String(error instanceof Error ? error.message : error) };
  }
}

/**
 * The app in `home/app`, and the version of its generator.
 *
 * @param {import('./apps.js').App} app
 * @param {string} home
 * @param {ReturnType<typeof stopwatch>} clock
 */
async function generate({ tools, command: generator, files }, home, clock) {
  mkdirSync(join(home, 'tools'), { recursive: true });
  if (generator === undefined) {
    writeFiles(join(home, 'app'), files ?? {});
    return 'by hand';
  }
  const [name = '', ...args] = generator;
  await command(
    'npm',
    ['install', '--prefix', join(home, 'tools'), ...tools, '--no-audit', '--no-fund', '--prefer-offline'],
    home,
  );
  await clock.time('generate', () => command(join(home, 'tools/node_modules/.bin', name), args, home));
  const listed = JSON.parse(await command('npm', ['ls', '--json', '--prefix', join(home, 'tools')], home)).dependencies;
  return Object.entries(listed)
    .map(([tool, { version }]) => `${tool} ${version}`)
    .join(', ');
}

/**
 * Starts an app and waits until it answers.
 *
 * @param {string[]} line
 * @param {string} cwd
 * @param {number} port
 */
async function start([file = '', ...args], cwd, port) {
  let output = '';
  const child = spawn(file, args, {
    cwd,
    env: { ...env, PORT: String(port) },
    // A group of its own, so that npm's children end with it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const ended = new Promise((resolve) => child.once('close', resolve));
  const stop = async () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
    await ended;
  };
  for (const began = Date.now(); Date.now() - began < START_MS; ) {
    const answer = await fetch(`http://127.0.0.1:${port}/webhooks`, { method: 'POST' }).catch(() => undefined);
    if (answer !== undefined) return { stop };
    if (child.exitCode !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await stop();
  throw new Error(`the app did not start:\n${output.slice(-2_000)}`);
}

/** The time of each step; installs are not among them. */
function stopwatch() {
  /** @type {Record<string, number>} */
  const steps = {};
  return {
    /**
     * @template T
     * @param {string} step
     * @param {() => Promise<T>} work
     */
    async time(step, work) {
      const began = performance.now();
      const result = await work();
      steps[step] = (performance.now() - began) / 1_000;
      return result;
    },
    result: () => ({ steps, seconds: Object.values(steps).reduce((sum, one) => sum + one, 0) }),
  };
}

/** @param {{ title: string, version?: string, testRunner?: string, files?: number, steps: Record<string, number>, seconds: number, error: string }[]} rows */
function print(rows) {
  const cells = ['generate', 'init', 'test', 'start', 'trigger'];
  console.log(`| app | made by | files | tests | ${cells.join(' | ')} | all, s |`);
  console.log(`| --- | --- | --- | --- | ${cells.map(() => '---').join(' | ')} | --- |`);
  for (const { title, version, testRunner, files, steps, seconds, error } of rows) {
    const times = cells.map((cell) => steps[cell]?.toFixed(1) ?? '–').join(' | ');
    console.log(
      `| ${title} | ${version ?? ''} | ${files ?? ''} | ${testRunner ?? ''} | ${times} | ${error === '' ? seconds.toFixed(1) : 'failed'} |`,
    );
  }
  const failed = rows.filter(({ error }) => error !== '');
  for (const { title, error } of failed) console.error(`\n${title}: ${error}`);
  const slow = rows.filter(({ error, seconds }) => error === '' && seconds > TARGET_SECONDS);
  for (const { title } of slow) console.error(`\n${title}: over ${TARGET_SECONDS} s`);
  if (failed.length + slow.length > 0) process.exitCode = 1;
}
