import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fixture, signedRequest } from '@videocloud/webhooks/testing';
import { describe, expect, it, vi } from 'vitest';
import { deliverAll, SECRET } from '../../../tests/docs/recipes/deliveries.js';
import worker from '../src/index.js';

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const runtimes = file('../../../tests/runtimes/package.json');
const here = existsSync(file('../../../tests/runtimes/node_modules/workerd'));
if (!here) process.stderr.write('\n!!! SKIPPED: the worker on workerd: npm ci --prefix runtimes installs it\n\n');

describe('the Cloudflare worker in this process', () => {
  const waited: Promise<unknown>[] = [];
  const send = (request: Request, env = { VIDEOCLOUD_WEBHOOK_SECRET: SECRET }) =>
    worker.fetch(request, env, { waitUntil: (work) => void waited.push(work) });

  it('takes, refuses and deduplicates, and hands its work to waitUntil', async () => {
    await deliverAll(send, 'https://worker.test/webhooks');
    expect(waited.length).toBeGreaterThan(0);
    await Promise.all(waited);
  });

  it('answers 404 elsewhere and 405 to GET', async () => {
    expect((await send(new Request('https://worker.test/'))).status).toBe(404);
    expect((await send(new Request('https://worker.test/webhooks'))).status).toBe(405);
  });

  it('answers 503 while its secret is not set', async () => {
    vi.resetModules();
    const { default: fresh } = await import('../src/index.js');
    const request = await signedRequest('https://worker.test/webhooks', fixture('video.deleted'), SECRET);
    const answer = await fresh.fetch(request, {}, { waitUntil: () => undefined });
    expect([answer.status, await answer.text()]).toEqual([503, expect.stringContaining('secrets_unavailable')]);
  });
});

describe.runIf(here)('the Cloudflare worker on workerd, without nodejs_compat', () => {
  it('takes a signed delivery, refuses forged ones and deduplicates', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'worker-'));
    const workerd = await start(folder);
    try {
      const url = `http://127.0.0.1:${await workerd.port}/webhooks`;
      const statuses: number[] = [];
      for (const secret of [SECRET, SECRET, 'another secret'])
        statuses.push((await fetch(await signedRequest(url, fixture('video.processed'), secret))).status);
      statuses.push((await fetch(url)).status);
      expect(statuses).toEqual([200, 200, 401, 405]);
      expect(workerd.output().match(/vid_123456 is ready in 2 formats/g)).toHaveLength(1);
    } finally {
      await workerd.stop();
      await rm(folder, { recursive: true });
    }
  });
});

interface Workerd {
  readonly port: Promise<number>;
  output(): string;
  stop(): Promise<void>;
}

/** Bundles the worker as wrangler does and serves it. */
async function start(folder: string): Promise<Workerd> {
  const load = createRequire(runtimes);
  const { build } = load('esbuild') as { build(options: object): Promise<unknown> };
  await build({
    entryPoints: [file('../src/index.ts')],
    outfile: join(folder, 'worker.js'),
    bundle: true,
    format: 'esm',
    conditions: ['workerd', 'worker', 'browser'],
  });
  await writeFile(
    join(folder, 'config.capnp'),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "worker", worker = (
    modules = [(name = "worker.js", esModule = embed "worker.js")],
    bindings = [(name = "VIDEOCLOUD_WEBHOOK_SECRET", text = "${SECRET}")],
    compatibilityDate = "2026-07-01"
  ))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "worker")]
);
`,
  );
  const binary = (load('workerd') as { default: string }).default;
  const child: ChildProcess = spawn(binary, ['serve', '--control-fd=3', join(folder, 'config.capnp')], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let output = '';
  const port = new Promise<number>((resolve, reject) => {
    for (const stream of child.stdio) stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stdio[3]?.on('data', () => {
      const told = /"event":"listen","socket":"http","port":(\d+)/.exec(output)?.[1];
      if (told !== undefined) resolve(Number(told));
    });
    child.once('error', reject);
    ended.then(() => reject(new Error(`workerd ended before it listened:\n${output}`)));
  });
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  return { port, output: () => output, stop };
}
