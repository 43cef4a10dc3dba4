import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BUILD = join(ROOT, 'build/site-of-tests');
const VITEPRESS = join(ROOT, 'node_modules/vitepress/bin/vitepress.js');
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.md': 'text/markdown; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
};

/** The folder of the built site: built once for all test files of a run, by whichever comes first. */
export async function builtSite(): Promise<string> {
  const run = join(BUILD, `run-${process.env.RUN_ID}`);
  const [folder, done] = [join(run, 'site'), join(run, 'done')];
  if (isFirst(run)) writeFileSync(done, await build(folder));
  while (!existsSync(done)) await wait(200);
  const fault = readFileSync(done, 'utf8');
  if (fault !== '') throw new Error(`The site did not build: ${fault}`);
  return folder;
}

function isFirst(run: string): boolean {
  mkdirSync(BUILD, { recursive: true });
  try {
    mkdirSync(run);
  } catch {
    return false;
  }
  for (const name of readdirSync(BUILD)) {
    if (join(BUILD, name) !== run) rmSync(join(BUILD, name), { recursive: true, force: true });
  }
  return true;
}

/** What went wrong; empty when the site was built. */
async function build(folder: string): Promise<string> {
  try {
    await promisify(execFile)(process.execPath, [VITEPRESS, 'build', 'docs', '--outDir', folder], { cwd: ROOT });
    return '';
  } catch (error) {
    return String(error);
  }
}

/** The built site on loopback, as a plain server of files gives it; every request is noted. */
export async function servedSite(): Promise<{ url: string; requests: string[]; close(): Promise<void> }> {
  const folder = await builtSite();
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    const { pathname } = new URL(request.url ?? '/', 'http://site');
    const file = join(folder, pathname.endsWith('/') ? `${pathname}index.html` : pathname);
    if (request.method !== 'GET' || !existsSync(file)) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' });
    response.end(readFileSync(file));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests, close };
}
