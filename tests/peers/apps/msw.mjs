// No delivery here: the handlers mock the management API. The app answers a delivery with what the client said.

import { webhookHandler } from '@videocloud/webhooks/node';
import { VideoCloud } from '@videocloud/webhooks-client';
import { videoCloudHandlers } from '@videocloud/webhooks-client/msw';
import { setupServer } from 'msw/node';
import { countingReceiver, listen, SECRET } from './lib.mjs';

const baseUrl = 'https://videocloud.test';

export async function start() {
  const server = setupServer(...videoCloudHandlers({ baseUrl, token: 'a-token' }));
  server.listen({ onUnhandledRequest: 'bypass' });
  const { webhooks } = new VideoCloud({ baseUrl, token: 'a-token' });
  const desired = { url: 'https://app.example.com/webhooks', events: ['video.processed'], secret: SECRET };
  const { receiver, handled } = countingReceiver();
  const { url, stop } = await listen(webhookHandler(receiver));
  for (const expected of [1, 1]) {
    await webhooks.ensure(desired);
    const { items } = await webhooks.list();
    if (items.length !== expected) throw new Error(`${items.length} webhooks after ensure()`);
  }
  const refused = await new VideoCloud({ baseUrl, token: 'another' }).webhooks.list().catch((error) => error.status);
  if (refused !== 401) throw new Error(`another token: ${refused}`);
  return { url, handled, stop: () => stop().then(() => server.close()) };
}
