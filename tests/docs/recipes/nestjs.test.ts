import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { INestApplication } from '@nestjs/common';
import type { Receiver } from '@videocloud/webhooks';
import { fixture, signedBody } from '@videocloud/webhooks/testing';
import { videoCloudReceiver } from '@videocloud/webhooks-nestjs';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createApp } from '../../../docs/recipes/nestjs.js';
import { deliverAll, postAndClose, SECRET, showsFile } from './deliveries.js';

let app: INestApplication;
let url: string;
beforeAll(async () => {
  vi.stubEnv('VIDEOCLOUD_WEBHOOK_SECRET', SECRET);
  app = await createApp();
  app.useLogger(false);
  await app.listen(0, '127.0.0.1');
  url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
});
afterAll(() => {
  vi.unstubAllEnvs();
});

it('takes, refuses and deduplicates through a real Nest application', async () => {
  await deliverAll((request) => fetch(request), `${url}/webhooks`);
});

it("leaves Nest's own parser and routing to the other routes", async () => {
  const other = async (body: string) => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${url}/other`, { method: 'POST', headers, body });
    return [response.status, ((await response.json()) as { error: string }).error];
  };
  expect(await other('{ not json')).toEqual([400, 'Bad Request']);
  expect(await other('{}')).toEqual([404, 'Not Found']);
});

it('waits on close() for a handler that runs', async () => {
  let started = false;
  let finished = false;
  app.get<Receiver>(videoCloudReceiver()).on('video.updated', async () => {
    started = true;
    await setTimeout(300);
    finished = true;
  });
  const answered = postAndClose(`${url}/webhooks`, await signedBody(fixture('video.updated'), SECRET));
  await expect.poll(() => started).toBe(true);
  await app.close();
  expect(finished).toBe(true);
  expect(await answered).toBe(200);
});

it.each(['docs/receive/nestjs.md', 'packages/nestjs/README.md'])('is what %s shows', (page) =>
  showsFile(page, 'docs/recipes/nestjs.ts'),
);
