// A receiver in a process of its own, to be killed: it only stores what it acknowledges.
import { createServer } from 'node:http';
import { createReceiver } from '@videocloud/webhooks';
import { webhookHandler } from '@videocloud/webhooks/node';
import { openInbox } from '@videocloud/webhooks-inbox';

const { INBOX_URL = '', INBOX_OPTIONS = '{}', SECRET = '' } = process.env;
const inbox = await openInbox(INBOX_URL, JSON.parse(INBOX_OPTIONS));
const server = createServer(webhookHandler(createReceiver({ secrets: SECRET, inbox })));
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object' && address !== null) console.log(`listening on ${address.port}`);
});
