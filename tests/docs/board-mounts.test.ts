// The mounts of the inbox's operations page, as the README of the package shows them, in real frameworks and a real browser.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import ts from 'typescript';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { ask } from '../support/ask.js';
import { describeInBrowser, type InBrowser } from '../support/browser.js';
import { fences, ROOT, readPage, type Snippet } from './snippets/extract.js';
import { clear, start } from './snippets/run.js';

const PAGE = 'packages/inbox/README.md';
const SESSION = 'session=of-an-operator';
const NEXT = createRequire(import.meta.url).resolve('next/dist/bin/next');
const APP = join(ROOT, 'reports', 'board-next');
const MOUNT = '/admin/inbox';

beforeAll(clear);

/** The README's code for a framework, with one operator who is signed in. */
function mountOf(code: string): Snippet {
  const [found, ...more] = fences(PAGE, readPage(PAGE)).filter((one) => one.code.includes(code));
  if (found === undefined || more.length > 0) throw new Error(`${PAGE} has not one snippet with ${code}`);
  const signedIn = found.code.replace('new Set<string>()', `new Set<string>(['${SESSION}'])`);
  expect(signedIn).not.toBe(found.code);
  return { ...found, code: signedIn };
}

/** What the page and its API answer: to strangers, to an operator, and to another site. */
async function expectBoard(origin: string): Promise<void> {
  const cookie = SESSION;
  for (const path of ['', '/api/stats', '/api/records?state=dead'])
    expect([path, (await ask(`${origin}${MOUNT}${path}`)).status]).toEqual([path, 403]);
  const page = await ask(`${origin}${MOUNT}`, { cookie });
  expect(page.status).toBe(200);
  expect(page.headers['content-security-policy']).toContain("script-src 'self'");
  for (const [, file] of page.body.matchAll(/(?:src|href)="(\/[^"]+)"/g)) {
    const { status, body } = await ask(`${origin}${file}`, { cookie });
    expect([file, status, body.length > 1_000]).toEqual([file, 200, true]);
  }
  const stats = await ask(`${origin}${MOUNT}/api/stats`, { cookie });
  expect(JSON.parse(stats.body)).toMatchObject({ dead: 0, paused: false });
  const own = { cookie, 'x-videocloud-board': '1', 'sec-fetch-site': 'same-origin', origin };
  for (const [headers, status] of [
    [{ ...own, origin: 'https://evil.example' }, 403],
    [{ ...own, 'sec-fetch-site': 'cross-site' }, 403],
    [{ ...own, cookie: '' }, 403],
    [own, 200],
  ] as const)
    expect((await ask(`${origin}${MOUNT}/api/pause`, headers, 'POST')).status).toBe(status);
  expect(JSON.parse((await ask(`${origin}${MOUNT}/api/stats`, { cookie })).body)).toMatchObject({ paused: true });
}

/** What an operator does at the page: looks, resumes what was paused, and finds it so after a reload. */
async function expectPage(browser: InBrowser, origin: string): Promise<void> {
  const [name = '', value = ''] = SESSION.split('=');
  const cookie = { name, value, domain: '127.0.0.1', path: '/', expires: -1, httpOnly: true, secure: false };
  const { page, faults } = await browser.open(`${origin}${MOUNT}`, {
    storageState: { cookies: [{ ...cookie, sameSite: 'Lax' }], origins: [] },
  });
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.getByRole('button', { name: 'Pause' }).waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'Pause' }).waitFor();
  await page.getByText('No dead letters.').waitFor();
  expect(faults).toEqual([]);
}

describeInBrowser('the operations page of the inbox, mounted as the README shows', (browser) => {
  it.each([
    ['Express', 'board.node'],
    ['Hono', 'new Hono().all'],
  ])('works in %s', async (_, code) => {
    const { url, stop } = await start(mountOf(code), { INBOX_URL: ':memory:' });
    onTestFinished(stop);
    const { origin } = new URL(url ?? '');
    await expectBoard(origin);
    await expectPage(browser, origin);
  });

  it('works in Next.js, built', async () => {
    const { code } = mountOf('POST = board.fetch');
    writeApp(ts.transpileModule(code, { compilerOptions: { module: ts.ModuleKind.ESNext } }).outputText);
    const built = next('build');
    const [exit] = await once(built.child, 'exit');
    expect(exit, built.output()).toBe(0);
    const { child, output } = next('start', '--hostname', '127.0.0.1', '--port', '0');
    const gone = once(child, 'exit');
    onTestFinished(async () => {
      // Asked to stop, Next waits for the browser's connections.
      child.kill('SIGKILL');
      await gone;
      rmSync(APP, { recursive: true, force: true });
    });
    await expect.poll(output, { timeout: 120_000 }).toMatch(/ready in/i);
    const origin = /http:\/\/127\.0\.0\.1:\d+/.exec(output())?.[0] ?? '';
    await expectBoard(origin);
    await expectPage(browser, origin);
  });
});

/** A Next app that is the README's route alone. */
function writeApp(route: string): void {
  rmSync(APP, { recursive: true, force: true });
  const folder = join(APP, 'app', 'admin', 'inbox', '[[...path]]');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'route.js'), route);
  writeFileSync(
    join(APP, 'app', 'layout.js'),
    "import { createElement } from 'react';\nexport default ({ children }) => createElement('html', null, createElement('body', null, children));\n",
  );
  const root = JSON.stringify(ROOT.replace(/\/$/, ''));
  writeFileSync(
    join(APP, 'next.config.mjs'),
    `export default { turbopack: { root: ${root} }, outputFileTracingRoot: ${root} };\n`,
  );
}

function next(...args: string[]): { child: ChildProcess; output: () => string } {
  // A file that `next build` must not open. Vitest's own NODE_ENV is not for it.
  const env = { ...process.env, NODE_ENV: 'production' as const, INBOX_URL: 'file:/nowhere/inbox.db' };
  if (args[0] === 'start') env.INBOX_URL = ':memory:';
  const child = spawn(process.execPath, [NEXT, ...args], { cwd: APP, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk));
  return { child, output: () => output };
}
