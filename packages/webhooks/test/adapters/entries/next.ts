import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { Call, Entry, Mounted } from '../contract.js';

const APP = fileURLToPath(new URL('../next-app', import.meta.url));
const NEXT = createRequire(import.meta.url).resolve('next/dist/bin/next');

function next(node: string, ...args: string[]): { child: ChildProcess; output: () => string } {
  // The 16 KB header of the contract must get past Node's own limit, to reach the code under test. Vitest's own
  // NODE_ENV is not for `next build`.
  const env = {
    ...process.env,
    NODE_ENV: 'production' as const,
    NEXT_TELEMETRY_DISABLED: '1',
    NODE_OPTIONS: '--max-http-header-size=65536',
  };
  const child = spawn(node, [NEXT, ...args], { cwd: APP, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk));
  return { child, output: () => output };
}

let built: Promise<void> | undefined;

function build(node: string): Promise<void> {
  built ??= (async () => {
    const { child, output } = next(node, 'build');
    const [code] = await once(child, 'exit');
    if (code !== 0) throw new Error(`next build failed:\n${output()}`);
  })();
  return built;
}

export async function mountNext(node = process.execPath): Promise<Mounted> {
  await build(node);
  const { child, output } = next(node, 'start', '--hostname', '127.0.0.1', '--port', '0');
  const gone = once(child, 'exit');
  const port = await new Promise<number>((resolve, reject) => {
    const look = () => {
      const port = /http:\/\/127\.0\.0\.1:(\d+)/.exec(output())?.[1];
      if (port !== undefined && /ready in/i.test(output())) resolve(Number(port));
    };
    child.stdout?.on('data', look);
    gone.then(() => reject(new Error(`next start ended:\n${output()}`)));
  });
  return {
    port,
    calls: async () => (await (await fetch(`http://127.0.0.1:${port}/calls`)).json()) as Call[],
    async close() {
      child.kill('SIGTERM');
      await gone;
      expect(output(), 'a request must never end in an unhandled rejection').not.toMatch(/unhandled|uncaught/i);
    },
  };
}

/** @param node the program that builds and serves the application */
export const nextAppEntry = (node?: string): Entry => ({ ...NEXT_APP_ENTRY, mount: () => mountNext(node) });
export const nextPagesEntry = (node?: string): Entry => ({ ...NEXT_PAGES_ENTRY, mount: () => mountNext(node) });

export const NEXT_APP_ENTRY: Entry = {
  name: 'Next.js App Router',
  path: '/webhooks',
  tolerant: '/tolerant',
  verify: '/verify',
  ownMethods: [405, 204],
  parsed: ['json', 'text', 'arrayBuffer', 'blob'].map((how) => ({
    title: `request.${how}()`,
    path: `/parsed/${how}`,
    fix: /before anything calls its json\(\), text\(\)/,
  })),
  mount: () => mountNext(),
};

export const NEXT_PAGES_ENTRY: Entry = {
  name: 'Next.js Pages Router',
  path: '/api/webhooks',
  tolerant: '/api/tolerant',
  parsed: [
    { title: "Next's own body parser", path: '/api/parsed', fix: /config = \{ api: \{ bodyParser: false \} \}/ },
  ],
  mount: () => mountNext(),
};
