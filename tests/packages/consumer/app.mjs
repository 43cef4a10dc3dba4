// What an application does with the packages: every entry a bundle can hold, and a verdict of each.
import { createReceiver, isWebhookError, memoryStore, sign, verify } from '@videocloud/webhooks';
import { diagnose } from '@videocloud/webhooks/doctor';
import { webhookHandler } from '@videocloud/webhooks/hono';
import { postgresStore } from '@videocloud/webhooks/stores/postgres';
import { redisStore } from '@videocloud/webhooks/stores/redis';
import { fixture, signedBody, signedRequest } from '@videocloud/webhooks/testing';
import { VideoCloud } from '@videocloud/webhooks-client';

const secret = 'whsec-packed';

export async function proof() {
  const seen = [];
  const receiver = createReceiver({ secrets: secret, idempotency: memoryStore() });
  receiver.on('video.deleted', (event) => {
    seen.push(event.event);
  });
  const request = await signedRequest('https://example.com/hooks', fixture('video.deleted'), secret);
  const { status } = await receiver.fetch(request.clone());
  const again = await receiver.fetch(request);
  const { body, signature } = await signedBody(fixture('user.created'), secret);
  const { causes } = await diagnose({ body, signature, secrets: `${secret}\n` });
  const client = new VideoCloud({
    baseUrl: 'https://api.example.com',
    fetch: async () => Response.json({ success: true, data: { items: [] } }),
  });
  const refused = await Promise.resolve(signedBody('x', ' ')).catch((error) => [error.name, isWebhookError(error)]);
  return [
    status,
    again.status,
    seen,
    await verify(body, await sign(body, secret), secret),
    causes.map(({ code }) => code),
    (await client.webhooks.list()).items,
    refused,
    [typeof webhookHandler(receiver), typeof redisStore, typeof postgresStore],
  ];
}
