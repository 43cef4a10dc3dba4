import { once } from 'node:events';
import { createReceiver, memoryStore } from '@videocloud/webhooks';
import { webhookHandler } from '@videocloud/webhooks/express';
import express from 'express';

/**
 * An Express receiver to play with: it verifies, drops copies and says what it got. `"break": true` in a payload makes it answer 500, so
 * that there are retries to look at.
 *
 * @param {{ secret: string, say: (line: string) => void }} options
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function startSampleReceiver({ secret, say }) {
  const receiver = createReceiver({
    secrets: secret,
    idempotency: memoryStore(),
    // Its own errors are made on purpose and announced; the stack would only hide the line.
    onError: ({ code }) => say(`receiver: ${code}`),
  });
  receiver.on('*', ({ event, data }, { attempt }) => {
    const broken = 'break' in data && data.break === true;
    say(`receiver: ${event}, attempt ${attempt}${broken ? ', broken on purpose: 500' : ''}`);
    if (broken) throw new Error('"break": true was in the payload');
  });

  const app = express();
  app.post('/webhooks', webhookHandler(receiver));
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : address;
  return {
    url: `http://127.0.0.1:${port}/webhooks`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await Promise.all([closed, receiver.drain()]);
    },
  };
}
