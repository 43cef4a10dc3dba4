// The server of `connections.js`.
import { createServer } from 'node:http';
import { createReceiver, memoryStore } from '@videocloud/webhooks';
import { webhookHandler } from '@videocloud/webhooks/node';

const runs = new Map();
let errors = 0;
const receiver = createReceiver({
  secrets: String(process.argv[2]),
  idempotency: memoryStore(),
  onError: () => errors++,
});
receiver.on('video.deleted', ({ data }) => {
  const id = String(data.videoId);
  if (id.startsWith('event-') || id.startsWith('held-')) runs.set(id, (runs.get(id) ?? 0) + 1);
});

const server = createServer(webhookHandler(receiver));
// The connections are to stay open between the steps.
server.keepAliveTimeout = 300_000;
server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, () => {
  process.send?.({ port: /** @type {import('node:net').AddressInfo} */ (server.address()).port });
});
process.on('message', () => {
  globalThis.gc?.();
  server.getConnections((_, connections) => {
    const { heapUsed: heap, rss } = process.memoryUsage();
    process.send?.({ connections, heap, rss, events: runs.size, most: Math.max(0, ...runs.values()), errors });
  });
});
process.on('disconnect', () => process.exit());
