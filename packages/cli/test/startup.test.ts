import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REPORTERS } from '@videocloud/webhooks-conformance';
import { expect, it } from 'vitest';
import { BIN } from './harness.js';

/** Addresses of every module a run of the command line loaded, as V8 counts them. */
function loadedBy(...args: string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'videocloud-cli-loaded-'));
  execFileSync(process.execPath, [BIN, ...args], { env: { ...process.env, NODE_V8_COVERAGE: folder } });
  return readdirSync(folder).flatMap((file) => {
    const { result } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { result: { url: string }[] };
    return result.map(({ url }) => url);
  });
}

it('a verb does not wait for what only others need', () => {
  const loaded = loadedBy('types');
  expect(loaded.some((url) => url.includes('/packages/cli/dist/'))).toBe(true);
  expect(
    loaded.filter((url) =>
      /webhooks-sender|packages\/(sender|conformance|inbox)\/|cli\/dist\/server-|node_modules\/(yaml|libsql|pg|pg-boss|bullmq|ioredis)\//.test(
        url,
      ),
    ),
  ).toEqual([]);
});

it('check tells every reporter there is', () => {
  const help = execFileSync(process.execPath, [BIN, 'check', '--help'], { encoding: 'utf8' });
  for (const name of REPORTERS) expect(help).toContain(name);
});
