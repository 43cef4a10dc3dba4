import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Test } from '@nestjs/testing';
import type { Receiver } from '@videocloud/webhooks';
import { fixture, signedRequest } from '@videocloud/webhooks/testing';
import { videoCloudReceiver } from '@videocloud/webhooks-nestjs';
import { WebhooksModule } from './webhooks.module.js';

const ENDPOINT = 'http://localhost/webhooks';

test('a signed delivery is handled, a forged one is rejected', async () => {
  process.env.VIDEOCLOUD_WEBHOOK_SECRET = 'test-secret';
  const module = await Test.createTestingModule({ imports: [WebhooksModule] }).compile();
  const app = await module.createNestApplication().init();
  const receiver: Receiver = app.get(videoCloudReceiver(), { strict: false });
  const genuine = await receiver.fetch(await signedRequest(ENDPOINT, fixture('video.processed'), 'test-secret'));
  assert.equal(genuine.status, 200);
  const forged = await receiver.fetch(await signedRequest(ENDPOINT, fixture('video.processed'), 'another-secret'));
  assert.equal(forged.status, 401);
  await app.close();
});
