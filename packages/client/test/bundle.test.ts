import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EMPTY, json, serve } from './servers.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const run = promisify(execFile);

async function bundle(options: Parameters<typeof build>[0]): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    bundle: true,
    format: 'esm',
    write: false,
    target: 'es2022',
    ...options,
  });
  return outputFiles?.[0]?.text ?? '';
}

describe('size', () => {
  it('the whole entry is at most 11 KB min+gz besides its two dependencies', async () => {
    const text = await bundle({
      entryPoints: ['src/index.ts'],
      minify: true,
      external: ['openapi-fetch', '@videocloud/webhooks'],
    });
    const size = gzipSync(text, { level: 9 }).length;
    console.log(`client: ${size} bytes min+gz besides its two dependencies`);
    expect(size).toBeLessThanOrEqual(11 * 1_024);
  });

  it('nothing of Node and nothing of msw is in it', async () => {
    const text = await bundle({ entryPoints: ['src/index.ts'], platform: 'browser' });
    expect(text).not.toMatch(/from\s*["'](node:|msw)|require\(["']/);
  });
});

describe('the built package', () => {
  let folder: string;
  let built: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'client-'));
    // Built here, so that this is the source of today and not what lies in dist.
    built = join(root, 'node_modules', '.client-test');
    for (const format of ['esm', 'cjs'] as const) {
      await build({
        absWorkingDir: root,
        entryPoints: { index: 'src/index.ts', msw: 'src/msw/index.ts' },
        bundle: true,
        platform: 'node',
        packages: 'external',
        format,
        outdir: built,
        outExtension: { '.js': format === 'esm' ? '.mjs' : '.cjs' },
      });
    }
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
    await rm(built, { recursive: true, force: true });
  });

  const script = (url: string) => `
    new VideoCloud({ baseUrl: ${JSON.stringify(url)} }).webhooks.list().then(({ items }) => {
      console.log(items.length, videoCloudHandlers({ baseUrl: 'https://videocloud.test' }).length);
    });`;

  it.each([
    [
      'mjs',
      (dir: string) =>
        `import { VideoCloud } from '${dir}/index.mjs'; import { videoCloudHandlers } from '${dir}/msw.mjs';`,
    ],
    [
      'cjs',
      (dir: string) =>
        `const { VideoCloud } = require('${dir}/index.cjs'); const { videoCloudHandlers } = require('${dir}/msw.cjs');`,
    ],
  ])('works as %s', async (extension, imports) => {
    const server = await serve((_, response) => json(response, 200, EMPTY));
    const file = join(folder, `script.${extension}`);
    await writeFile(file, imports(built) + script(server.url));
    const { stdout, stderr } = await run(process.execPath, [file]);
    expect({ stdout, stderr }).toEqual({ stdout: '0 6\n', stderr: '' });
  });
});
