import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { fixture, signedBody } from '@videocloud/webhooks/testing';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { app, receiver } from '../../../docs/recipes/fastify.js';
import { deliverAll, postAndClose, SECRET, showsFile } from './deliveries.js';

let url: string;
beforeAll(async () => {
  vi.stubEnv('VIDEOCLOUD_WEBHOOK_SECRET', SECRET);
  // An ordinary route beside it keeps Fastify's own JSON parser.
  app.post('/echo', (request) => request.body);
  await app.listen({ port: 0, host: '127.0.0.1' });
  url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
});
afterAll(() => {
  vi.unstubAllEnvs();
});

it('accepts, rejects and deduplicates through a real Fastify', async () => {
  await deliverAll((request) => fetch(request), `${url}/webhooks`);
});

it('leaves the rest of the app alone', async () => {
  const echoed = await fetch(`${url}/echo`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{ "a": 1.0 }',
  });
  expect(await echoed.text()).toBe('{"a":1}');
  expect((await fetch(`${url}/webhooks`)).status).toBe(405);
});

it('takes deliveries of any content type, and none', async () => {
  for (const type of ['text/plain', 'application/json, text/plain', 'application/x-www-form-urlencoded', undefined]) {
    const { body, headers } = await signedBody(fixture('video.deleted', { data: { type: type ?? null } }), SECRET);
    const sent = { 'x-videocloud-signature': headers['x-videocloud-signature'], ...(type && { 'content-type': type }) };
    expect([type, (await fetch(`${url}/webhooks`, { method: 'POST', headers: sent, body })).status]).toEqual([
      type,
      200,
    ]);
  }
});

it('waits on close() for a handler that runs', async () => {
  let started = false;
  let finished = false;
  receiver.on('video.updated', async () => {
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

it('is what the page shows', () => showsFile('docs/receive/fastify.md', 'docs/recipes/fastify.ts'));
