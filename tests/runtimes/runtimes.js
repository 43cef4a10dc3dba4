// Every runtime the suite runs on, and how its lines are had.
import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const here = fileURLToPath(new URL('.', import.meta.url));
const bin = (/** @type {string} */ path) => `${here}node_modules/${path}`;

/** Runtimes that start as a process and have files and sockets. */
export const PROCESSES = {
  'Node 20': [process.execPath],
  'Node 22': [bin('node22/bin/node')],
  'Node 24': [bin('node24/bin/node')],
  'Node 26': [bin('node26/bin/node')],
  Bun: [bin('.bin/bun'), 'run'],
  Deno: [bin('.bin/deno'), 'run', '-A', '--no-config', '--node-modules-dir=manual'],
};

/**
 * @param {string[]} command
 * @param {string} script below this folder
 * @param {string[]} [args]
 */
export async function linesOfProcess([command = '', ...first], script, args = []) {
  const out = `${here}build/lines-${process.pid}-${Math.random().toString(36).slice(2)}.txt`;
  await promisify(execFile)(command, [...first, here + script, ...args, out], { cwd: here, timeout: 120_000 });
  return readFileSync(out, 'utf8').trimEnd().split('\n');
}

/**
 * @param {string} config a file below `workerd/`
 * @param {string} cases as JSON
 */
export async function linesOfWorkerd(config, cases) {
  const server = spawn(bin('.bin/workerd'), ['serve', `${here}workerd/${config}`, '--control-fd=3'], {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  });
  try {
    const port = await new Promise((resolve, reject) => {
      server.once('exit', (code) => reject(new Error(`workerd ended with ${code}`)));
      server.once('error', reject);
      server.stdio[3]?.once('data', (line) => resolve(JSON.parse(String(line).split('\n')[0] ?? '').port));
    });
    const response = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: cases });
    const text = await response.text();
    if (!response.ok) throw new Error(`workerd answered ${response.status}: ${text.slice(0, 300)}`);
    return text.trimEnd().split('\n');
  } finally {
    server.removeAllListeners('exit');
    server.kill();
  }
}

/** @param {string} cases as JSON */
export async function linesOfChromium(cases) {
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage();
    // A secure context, which WebCrypto asks for, without a server.
    await page.route('**/*', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }));
    await page.goto('https://suite.test/');
    await page.addScriptTag({ path: `${here}build/browser.js` });
    const text = await page.evaluate(async (packed) => (await runtime.suite(JSON.parse(packed))).join('\n'), cases);
    return text.split('\n');
  } finally {
    await browser.close();
  }
}
