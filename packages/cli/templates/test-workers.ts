import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixture, signedRequest } from '@videocloud/webhooks/testing';
import { receiver } from './receiver-workers.js';

const ENDPOINT = 'http://localhost/webhooks';
const env = { VIDEOCLOUD_WEBHOOK_SECRET: 'test-secret' };

test('a signed delivery is handled, a forged one is rejected', async () => {
  const genuine = await receiver.fetch(await signedRequest(ENDPOINT, fixture('video.processed'), 'test-secret'), env);
  assert.equal(genuine.status, 200);
  const forged = await receiver.fetch(await signedRequest(ENDPOINT, fixture('video.processed'), 'another-secret'), env);
  assert.equal(forged.status, 401);
});
