import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sign } from '@videocloud/webhooks';
import { signedRequest } from '@videocloud/webhooks/testing';
import { checkReceiver } from '@videocloud/webhooks-conformance';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FRAMEWORKS, startReceiver } from '../../scripts/demo/receivers.js';

const SECRET = 'example-secret-0b7e';
const PRELOAD = new URL('../support/fail-on-log.js', import.meta.url).href;

describe.each(FRAMEWORKS)('the %s example', (framework) => {
  let receiver: Awaited<ReturnType<typeof startReceiver>>;
  let failing: string;

  beforeAll(async () => {
    failing = await mkdtemp(join(tmpdir(), 'examples-'));
    receiver = await startReceiver(framework, SECRET, { NODE_OPTIONS: `--import=${PRELOAD}`, FAIL_DIR: failing });
  });
  afterAll(async () => {
    await receiver?.stop();
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
