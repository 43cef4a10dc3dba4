// The worker on workerd, through miniflare (installed by `npm ci --prefix tests/runtimes`).
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { fixture, signedRequest } from '@videocloud/webhooks/testing';
import { checkReceiver } from '@videocloud/webhooks-conformance';
import { describe, expect, it } from 'vitest';
import worker, { type Env } from '../src/index.js';

const SECRET = 'a secret of the worker';
const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const runtimes = file('../../../tests/runtimes/package.json');
const here = existsSync(file('../../../tests/runtimes/node_modules/.package-lock.json'));
if (!here) process.stderr.write('\n!!! SKIPPED: the worker on workerd: npm ci --prefix tests/runtimes installs it\n\n');

describe('the Cloudflare worker in this process', () => {
  const send = (request: Request) => worker.fetch(request, {} as Env, { waitUntil: () => undefined } as never);

  it('answers 404 elsewhere, and 503 while its secret is not set', async () => {
    expect((await send(new Request('https://worker.test/'))).status).toBe(404);
    const answer = await send(await signedRequest('https://worker.test/webhooks', fixture('video.deleted'), SECRET));
    expect([answer.status, await answer.text()]).toEqual([503, expect.stringContaining('secrets_unavailable')]);
  });
});

describe.runIf(here)('the Cloudflare worker on workerd, without nodejs_compat', () => {
  it('passes every case of the conformance kit, with effects', { timeout: 300_000 }, async () => {
    const workerd = await start();
    try {
      const report = await checkReceiver(new URL('/webhooks', await workerd.ready), {
        secret: SECRET,
        fast: true,
        // Nothing here judges speed: the machine may be busy with other things.
        deadline: 20_000,
        timeLimit: 280_000,
        effects: async ({ key }) => {
          const count = () => workerd.output().split(`(delivery ${key})`).length - 1;
          // On a busy machine the queue may take longer than the kit waits.
          if (workerd.output().includes(`accepted video.processed ${key}`)) await expect.poll(count).toBeGreaterThan(0);
          return count();
        },
      });
      const notPassed = report.results.filter(({ status }) => status !== 'passed');
      expect(notPassed.map(({ id, status, detail }) => ({ id, status, detail }))).toEqual([
        {
          id: 'signature.previous-secret',
          status: 'skipped',
          detail: expect.stringContaining('needs `previousSecret`'),
        },
        // The queue retries it after a minute: packages/webhooks/test/queues shows a second run.
        { id: 'delivery.retry-after-failure', status: 'skipped', detail: expect.stringContaining('needs `failNext`') },
      ]);
      expect(report).toMatchObject({ level: 'reliable', failed: 0, interrupted: false });
    } finally {
      await workerd.dispose();
    }
  });
});

/** Bundles the worker as wrangler does and serves it. */
async function start() {
  const load = createRequire(runtimes);
  const { build } = load('esbuild') as { build(options: object): Promise<{ outputFiles: { text: string }[] }> };
  const { outputFiles } = await build({
    entryPoints: [file('../src/index.ts')],
    write: false,
    logLevel: 'error',
    bundle: true,
    format: 'esm',
    conditions: ['workerd', 'worker', 'browser'],
  });
  const { Miniflare } = load('miniflare') as {
    Miniflare: new (options: object) => { ready: Promise<URL>; dispose(): Promise<void> };
  };
  let output = '';
  const read = (stream: Readable) => stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const server = new Miniflare({
    modules: true,
    script: outputFiles[0]?.text,
    compatibilityDate: '2025-06-01',
    bindings: { VIDEOCLOUD_WEBHOOK_SECRET: SECRET },
    durableObjects: { CLAIMS: { className: 'WebhookClaims', useSQLite: true } },
    r2Buckets: ['BODIES'],
    queueProducers: { QUEUE: 'videocloud-events' },
    queueConsumers: { 'videocloud-events': { maxBatchTimeout: 0, maxRetries: 5 } },
    handleRuntimeStdio: (stdout: Readable, stderr: Readable) => [stdout, stderr].map(read),
  });
  return {
    ready: server.ready,
    output: () => output,
    dispose: () => server.dispose(),
  };
}
