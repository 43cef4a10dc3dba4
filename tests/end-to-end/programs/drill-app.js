// The application of the drill: a receiver and a worker in one process. With BUG=1, the release before the fix.
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createReceiver } from '@videocloud/webhooks';
import { webhookHandler } from '@videocloud/webhooks/node';
import { openInbox } from '@videocloud/webhooks-inbox';

const { INBOX_URL = '', EFFECTS = '', BUG, VIDEOCLOUD_WEBHOOK_SECRET } = process.env;
// Two attempts, so that a drill need not wait for two hours.
const inbox = await openInbox(INBOX_URL, { maxAttempts: 2, retryDelay: 50, onDead: () => {} });
const receiver = createReceiver({ secrets: VIDEOCLOUD_WEBHOOK_SECRET ?? '', inbox, onError: () => {} });
receiver.on('video.processed', (event) => {
  const { videoId, poster } = /** @type {{ videoId: string, poster?: { url: string } }} */ (event.data);
  const url = BUG === '1' ? /** @type {{ url: string }} */ (poster).url : poster?.url;
  appendFileSync(EFFECTS, `${videoId} ${url ?? 'no poster'}\n`);
});
const processing = inbox.process(receiver, { concurrency: 16 });

const server = createServer(webhookHandler(receiver));
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : undefined });
});
process.once('SIGTERM', async () => {
  server.close();
  server.closeAllConnections();
  await processing.stop();
  await inbox.close();
  process.disconnect?.();
});
