// A worker in a process of its own, to be killed: every run of a handler leaves a line when it begins and when it ends.
import { appendFileSync } from 'node:fs';
import { createReceiver } from '@videocloud/webhooks';
import { openInbox } from '@videocloud/webhooks-inbox';

const {
  INBOX_URL = '',
  INBOX_OPTIONS = '{}',
  SECRET = '',
  JOURNAL = '',
  CONCURRENCY = '16',
  HANDLER_MS = '20',
} = process.env;
// Synchronous and appended: a killed process leaves whole lines, in the order in which things happened.
const note = (/** @type {string} */ what, /** @type {string} */ id, /** @type {number} */ attempt) =>
  appendFileSync(JOURNAL, `${what} ${id} ${attempt} ${process.pid} ${Date.now()}\n`);

const receiver = createReceiver({ secrets: SECRET });
receiver.on('video.deleted', async (event, { attempt }) => {
  const videoId = String(event.data.videoId);
  note('start', videoId, attempt);
  if (videoId.startsWith('poison')) process.kill(process.pid, 'SIGKILL');
  await new Promise((resolve) => setTimeout(resolve, Math.random() * Number(HANDLER_MS)));
  note('end', videoId, attempt);
});
const inbox = await openInbox(INBOX_URL, JSON.parse(INBOX_OPTIONS));
inbox.process(receiver, { concurrency: Number(CONCURRENCY) });
console.log('working');
