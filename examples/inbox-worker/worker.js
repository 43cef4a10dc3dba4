// Runs the handlers for what receivers stored. Start as many as the work needs.
import { createReceiver } from '@videocloud/webhooks';
import { openInbox } from '@videocloud/webhooks-inbox';

const inbox = await openInbox(process.env.INBOX_URL ?? 'file:inbox.db', {
  onError: (error, { during }) => console.error(`inbox, ${during}:`, error),
});

const receiver = createReceiver({
  secrets: process.env.VIDEOCLOUD_WEBHOOK_SECRET ?? '',
  onUnhandled: ({ event, reason }) => console.log(`no handler for ${event?.event ?? 'these bytes'}: ${reason}`),
});
receiver.on('video.processed', async (event, { attempt, signal }) => {
  await publish(event.data.videoId, signal);
  console.log(`published ${event.data.videoId} at attempt ${attempt}`);
});

inbox.process(receiver, { concurrency: 8 });
console.log('working');

// Deliveries under way are finished and written down; the rest waits for the next worker.
process.once('SIGTERM', () => inbox.close());

/**
 * Stands for what takes long: a throw, or the process's end, means that it is tried again.
 * @param {string} videoId
 * @param {AbortSignal} signal
 */
async function publish(videoId, signal) {
  await new Promise((resolve) => setTimeout(resolve, Number(process.env.WORK_MS ?? 100)));
  if (signal.aborted) throw new Error(`${videoId} took too long`);
}
