// examples/inbox-worker as a user starts it: two processes that share nothing but the inbox.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fixture, signedBody } from '@videocloud/webhooks/testing';
import { openInbox } from '@videocloud/webhooks-inbox';
import { afterEach, describe, expect, it } from 'vitest';
import { startListener, startProgram } from '../support/processes.js';
import { isAvailable, startRedis } from '../support/services.js';

const SECRET = 'example-secret';
const RECEIVER = new URL('../../examples/inbox-worker/receiver.js', import.meta.url);
const WORKER = new URL('../../examples/inbox-worker/worker.js', import.meta.url);

async function file() {
  const folder = mkdtempSync(join(tmpdir(), 'inbox-worker-'));
  return {
    url: `file:${join(folder, 'inbox.db')}`,
    stop: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

const STORES = [
  { name: 'a file', start: file, available: true },
  { name: 'Redis', start: () => startRedis({ args: ['--appendonly', 'yes'] }), available: isAvailable('redis') },
];

describe.each(STORES)('the inbox-worker example on $name', ({ start, available }) => {
  const cleanups: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  it.skipIf(!available)(
    'acknowledges without a worker, handles with one, drains on SIGTERM and ends by itself',
    async () => {
      const store = await start();
      cleanups.push(store.stop);
      const env = { INBOX_URL: store.url, VIDEOCLOUD_WEBHOOK_SECRET: SECRET, WORK_MS: '300' };
      const receiver = await startListener(RECEIVER, env);
      cleanups.push(() => receiver.kill());
      const send = async () => {
        const event = fixture('video.processed', { data: { videoId: `vid_${randomUUID()}` } });
        const { body, headers } = await signedBody(event, SECRET);
        return (await fetch(receiver.url, { method: 'POST', headers, body })).status;
      };
      expect(await Promise.all(Array.from({ length: 12 }, send))).toEqual(Array(12).fill(200));
      const inbox = await openInbox(store.url);
      cleanups.push(() => inbox.close());
      expect(await inbox.stats()).toMatchObject({ waiting: 12, running: 0, handled: 0 });

      const first = await startProgram(WORKER, env, /working/);
      cleanups.push(() => first.kill());
      while ((await inbox.stats()).running === 0) await sleep(5);
      await first.kill('SIGTERM');
      const { handled, waiting, running } = await inbox.stats();
      expect(handled).toBeGreaterThan(0);
      expect({ running, all: handled + waiting }).toEqual({ running: 0, all: 12 });

      const second = await startProgram(WORKER, env, /working/);
      cleanups.push(() => second.kill());
      while ((await inbox.stats()).handled < 12) await sleep(20);
      await receiver.kill('SIGTERM');
      await second.kill('SIGTERM');
      expect(await inbox.stats()).toMatchObject({ waiting: 0, running: 0, handled: 12, dead: 0 });
    },
  );
});
