// Stores each delivery and answers 200. Runs no handler, and so stays fast whatever they do.
import { createServer } from 'node:http';
import { createReceiver } from '@videocloud/webhooks';
import { webhookHandler } from '@videocloud/webhooks/node';
import { openInbox } from '@videocloud/webhooks-inbox';

// file: for one machine; postgres://… or redis://… for several. Nothing else changes.
const inbox = await openInbox(process.env.INBOX_URL ?? 'file:inbox.db');
const receiver = createReceiver({
  secrets: process.env.VIDEOCLOUD_WEBHOOK_SECRET ?? '',
  inbox,
  onError: (error) => console.error(error.message, error.cause),
});

const server = createServer(webhookHandler(receiver));
server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  const address = server.address();
  console.log(`listening on ${typeof address === 'object' && address !== null ? address.port : address}`);
});

process.once('SIGTERM', () => {
  // What arrived is stored and answered before the process ends by itself.
  server.close(() => inbox.close());
  server.closeIdleConnections();
});
