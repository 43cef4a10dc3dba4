import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixture, signedRequest } from '@videocloud/webhooks/testing';
import { receiver } from './receiver.js';

const ENDPOINT = 'http://localhost/webhooks';

test('a signed delivery is handled, a forged one is rejected', async () => {
  process.env.VIDEOCLOUD_WEBHOOK_SECRET = 'test-secret';
  const genuine = await receiver.fetch(await signedRequest(ENDPOINT, fixture('video.processed'), 'test-secret'));
  assert.equal(genuine.status, 200);
  const forged = await receiver.fetch(await signedRequest(ENDPOINT, fixture('video.processed'), 'another-secret'));
  assert.equal(forged.status, 401);
});
