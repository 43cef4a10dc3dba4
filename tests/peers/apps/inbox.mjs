import { webhookHandler } from '@videocloud/webhooks/node';
import { openInbox } from '@videocloud/webhooks-inbox';
import { countingReceiver, listen } from './lib.mjs';

export async function start() {
  const inbox = await openInbox(
    process.env.POSTGRES_URL ?? process.env.REDIS_URL ?? process.env.INBOX_URL ?? `file:inbox-${process.pid}.db`,
  );
  const { receiver, handled } = countingReceiver({ inbox });
  const processing = inbox.process(receiver);
  const { url, stop } = await listen(webhookHandler(receiver));
  return {
    url,
    handled,
    async stop() {
      await stop();
      await processing.stop();
      await inbox.close();
    },
  };
}
