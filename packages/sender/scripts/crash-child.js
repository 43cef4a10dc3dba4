// The process that is killed: a sender on a file, fed by its parent line by line.
import { createInterface } from 'node:readline';
import { createSender } from '../dist/index.js';

const [database = '', url = ''] = process.argv.slice(2);
const sender = createSender({
  database,
  allowPrivateAddresses: true,
  schedule: [20, 40, 80, 160, 320],
  concurrencyPerEndpoint: 8,
});
if (sender.webhooks().length === 0) {
  await sender.fetch(
    new Request('http://sender/webhooks', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ url, events: ['video.published'], secret: 'your_webhook_secret' }),
    }),
  );
}
process.stdout.write('ready\n');
for await (const line of createInterface({ input: process.stdin })) {
  void sender.emit({ event: 'video.published', data: { videoId: line } }).then(() => process.stdout.write(`${line}\n`));
}
