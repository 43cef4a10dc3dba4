// Express and an inbox in a file: nothing here knows of OpenTelemetry.
import { createReceiver } from '@videocloud/webhooks';
import { webhookHandler } from '@videocloud/webhooks/express';
import { openInbox } from '@videocloud/webhooks-inbox';
import express from 'express';

/**
 * Starts the server, which stores deliveries. The handlers run in `worker.js`.
 * @param {{ secret: string, file: string, onOutcome: (outcome: import('@videocloud/webhooks').OutcomeInfo) => void }} options
 */
export async function startServer({ secret, file, onOutcome }) {
  const inbox = await openInbox(file);
  const receiver = createReceiver({ secrets: secret, inbox, onOutcome, onError: () => {} });
  const app = express();
  app.post('/webhooks', webhookHandler(receiver));
  const server = app.listen(Number(process.env.PORT ?? 0), '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : address}/webhooks`,
    inbox,
    async stop() {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeIdleConnections();
      });
      await inbox.close();
    },
  };
}
