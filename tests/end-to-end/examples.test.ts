import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sign } from '@videocloud/webhooks';
import { signedRequest } from '@videocloud/webhooks/testing';
import { checkReceiver } from '@videocloud/webhooks-conformance';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FRAMEWORKS, startReceiver } from '../../scripts/demo/receivers.js';
import { isAvailable, startPostgres } from '../support/services.js';
import { startUpstash } from '../support/upstash.js';

const SECRET = 'example-secret-0b7e';
const PRELOAD = new URL('../support/fail-on-log.js', import.meta.url).href;

interface Shared {
  readonly env: Record<string, string>;
  close(): Promise<unknown>;
}

const inMemory = async (): Promise<Shared> => ({ env: {}, close: async () => undefined });

async function onPostgres(): Promise<Shared> {
  const server = await startPostgres();
  return { env: { DATABASE_URL: server.url }, close: () => server.stop() };
}

async function onUpstash(): Promise<Shared> {
  const { url, close } = await startUpstash();
  return { env: { UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: 'a token' }, close };
}

const EXAMPLES = [
  { framework: 'express', where: 'in memory', open: inMemory, available: true },
  { framework: 'hono', where: 'in memory', open: inMemory, available: true },
  { framework: 'nextjs', where: 'on PostgreSQL', open: onPostgres, available: isAvailable('postgres') },
  { framework: 'nextjs', where: 'on Upstash', open: onUpstash, available: isAvailable('redis') },
];

it('are all here', () => expect([...new Set(EXAMPLES.map(({ framework }) => framework))]).toEqual(FRAMEWORKS));

describe.each(EXAMPLES.filter(({ available }) => available))('the $framework example $where', ({ framework, open }) => {
  let shared: Shared;
  let receiver: Awaited<ReturnType<typeof startReceiver>>;
  let failing: string;

  beforeAll(async () => {
    failing = await mkdtemp(join(tmpdir(), 'examples-'));
    shared = await open();
    const env = { ...shared.env, NODE_OPTIONS: `--import=${PRELOAD}`, FAIL_DIR: failing };
    receiver = await startReceiver(framework, SECRET, env);
  });
  afterAll(async () => {
    await receiver?.stop();
    await shared?.close();
    await rm(failing, { recursive: true });
  });

  it('takes a signed delivery and refuses a forged one', async () => {
    const good = await fetch(
      await signedRequest(
        receiver.url,
        '{"event":"video.deleted","timestamp":"2024-03-31T12:00:00Z","data":{}}',
        SECRET,
      ),
    );
    expect([good.status, await good.text()]).toEqual([200, '{"received":true}']);
    const body = '{"event":"video.deleted","timestamp":"2024-03-31T12:00:00Z","data":{"videoId":"vid_1"}}';
    const forged = await fetch(receiver.url, {
      method: 'POST',
      headers: { 'x-videocloud-signature': await sign(body, 'another secret') },
      body,
    });
    expect([forged.status, ((await forged.json()) as { error: { code: string } }).error.code]).toEqual([
      401,
      'signature_mismatch',
    ]);
  });

  it('passes every case of the conformance kit, with effects', { timeout: 300_000 }, async () => {
    const report = await checkReceiver(receiver.url, {
      secret: SECRET,
      fast: true,
      // Nothing here judges speed: the machine may be busy with other things.
      deadline: 20_000,
      timeLimit: 280_000,
      // What the handler did is what it printed: one line a delivery.
      effects: ({ key }) => receiver.output().split(`(delivery ${key})`).length - 1,
      failNext: ({ key }) => writeFile(join(failing, key), ''),
    });
    const notPassed = report.results.filter(({ status }) => status !== 'passed');
    expect(notPassed.map(({ id, status, detail }) => ({ id, status, detail }))).toEqual([
      // The examples have one secret: there is no older one to accept.
      { id: 'signature.previous-secret', status: 'skipped', detail: expect.stringContaining('needs `previousSecret`') },
    ]);
    expect(report).toMatchObject({ level: 'reliable', failed: 0, interrupted: false });
  });
});
