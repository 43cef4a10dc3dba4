// A receiver of the built package in a process of its own: says its port, and its peak memory when it is asked.
import { createServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { createReceiver } from '@videocloud/webhooks';
import { webhookHandler } from '@videocloud/webhooks/node';

const receiver = createReceiver({ secrets: 'whsec-simple', bodyTimeout: 60_000 });
const handler = webhookHandler(receiver);
const server = process.argv[2] === 'http2' ? createHttp2Server(handler) : createServer(handler);
server.listen(0, '127.0.0.1', () => {
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  process.send?.({ port });
});

let peak = 0;
const measure = () => {
  const { rss } = process.memoryUsage();
  peak = Math.max(peak, rss);
};
setInterval(measure, 20).unref();

/** A quarter of a MiB, a byte at a time. */
function body() {
  let left = 262_144;
  return new ReadableStream({
    pull(controller) {
      for (let n = 0; n < 1_024; n++) controller.enqueue(Uint8Array.of(0x20));
      left -= 1_024;
      if (left === 0) controller.close();
    },
  });
}

process.on('message', async (asked) => {
  if (asked === 'fetch') {
    const headers = { 'x-videocloud-signature': 'a'.repeat(64), 'content-length': '262144' };
    const requests = [1, 2, 3].map(
      () => new Request('http://localhost/', { method: 'POST', body: body(), duplex: 'half', headers }),
    );
    const responses = await Promise.all(requests.map((request) => receiver.fetch(request)));
    process.send?.({ statuses: responses.map(({ status }) => status) });
    return;
  }
  globalThis.gc?.();
  measure();
  process.send?.({ peak });
});
