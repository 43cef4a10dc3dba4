// A receiver on Express, a receiver that only stores, or a worker: by ROLE. Its handler makes a span of its own.
import { trace } from '@opentelemetry/api';
import { createReceiver } from '@videocloud/webhooks';
import { webhookHandler } from '@videocloud/webhooks/express';
import { openInbox } from '@videocloud/webhooks-inbox';
import express from 'express';

const { ROLE, INBOX_URL } = process.env;
const secrets = process.env.VIDEOCLOUD_WEBHOOK_SECRET ?? '';
const inbox = INBOX_URL === undefined ? undefined : await openInbox(INBOX_URL);

/** @param {{ readonly event: string }} event */
async function handle(event) {
  await Promise.resolve();
  trace.getTracer('shop').startActiveSpan(`handle ${event.event}`, (span) => span.end());
}

if (ROLE === 'worker') {
  const receiver = createReceiver({ secrets });
  receiver.on('*', handle);
  inbox?.process(receiver);
  console.log('working');
} else if (ROLE === 'function-worker') {
  inbox?.process(({ event }) => handle(event ?? { event: 'none' }));
  console.log('working');
} else {
  const receiver = createReceiver({ secrets, inbox, onError: () => {} });
  if (inbox === undefined) receiver.on('*', handle);
  const app = express();
  app.post('/', webhookHandler(receiver));
  const server = app.listen(0, '127.0.0.1', () => {
    const address = server.address();
    console.log(`listening on ${typeof address === 'object' ? address?.port : ''}`);
  });
}
