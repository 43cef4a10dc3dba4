// Shared by the apps: a receiver that counts what it handled, and a server on a free loopback port.
import { createServer } from 'node:http';
import { createReceiver, memoryStore } from '@videocloud/webhooks';

export const SECRET = 'a-secret-of-the-peer-tests';

/** @param {object} [options] of createReceiver */
export function countingReceiver(options = { idempotency: memoryStore() }) {
  let handled = 0;
  const receiver = createReceiver({ secrets: SECRET, ...options }).on('video.*', () => {
    handled += 1;
  });
  return { receiver, handled: () => handled };
}

/** @param {import('node:http').RequestListener} listener */
export async function listen(listener) {
  const server = createServer(listener);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  return {
    url: urlOf(server),
    stop: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

/** @param {import('node:net').Server} server */
export function urlOf(server) {
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : address}/webhooks`;
}
