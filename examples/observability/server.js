// Express, an inbox in a file, and the handlers: nothing here knows of OpenTelemetry but the span the handler makes.
import { trace } from '@opentelemetry/api';
import { createReceiver } from '@videocloud/webhooks';
import { webhookHandler } from '@videocloud/webhooks/express';
import { openInbox } from '@videocloud/webhooks-inbox';
import express from 'express';

/**
 * Starts the server.
 * @param {{ secret: string, file: string, onOutcome: (outcome: import('@videocloud/webhooks').OutcomeInfo) => void }} options
 */
export async function startServer({ secret, file, onOutcome }) {
  const inbox = await openInbox(file);
  const receiver = createReceiver({ secrets: secret, inbox, onOutcome, onError: () => {} });
  receiver.on('video.processed', (event) =>
    trace.getTracer('shop').startActiveSpan('publish video', async (span) => {
      // Stands for your work, such as a statement of a database with instrumentation of its own.
      await new Promise((resolve) => setTimeout(resolve, 20));
      span.setAttribute('video.formats', event.data.formats.length);
      span.end();
    }),
  );
  inbox.process(receiver);

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
