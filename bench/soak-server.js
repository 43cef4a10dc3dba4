// The server of `soak.js`: everything a receiver can be given, with a store small enough to be full soon, so that what
// grows after that is not what it is meant to remember.
import { createServer } from 'node:http';
import { createReceiver, memoryStore } from '@videocloud/webhooks';
import { webhookHandler } from '@videocloud/webhooks/node';

const receiver = createReceiver({
  secrets: process.argv.slice(2),
  idempotency: { store: memoryStore({ maxEntries: 2_000 }), lease: 2_500 },
  handlerTimeout: 1_000,
  maxAttempts: 3,
  onDeadLetter: () => undefined,
  onDuplicate: () => undefined,
  onError: () => undefined,
});
receiver.on('video.*', async (event, context) => {
  const { mode } = event.data;
  if (mode === 'fail') throw new Error('as asked');
  if (mode === 'slow') await new Promise((resolve) => setTimeout(resolve, 300));
  // Some overrun and end, some never do; both look at their signal.
  if (mode === 'overrun') {
    context.signal.addEventListener('abort', () => undefined);
    await new Promise((resolve) => (Math.random() < 0.5 ? setTimeout(resolve, 1_500) : undefined));
  }
});

const server = createServer(webhookHandler(receiver));
// A connection closed for being idle just as the next request goes out on it would look like a wrong answer.
server.keepAliveTimeout = 0;
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
process.on('message', () => {
  globalThis.gc();
  server.getConnections((_, connections) => {
    const { heapUsed: heap, rss } = process.memoryUsage();
    process.send({ heap, rss, connections });
  });
});
process.on('disconnect', () => process.exit());
