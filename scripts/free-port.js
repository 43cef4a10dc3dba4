import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below what Linux, macOS and Windows give out by themselves. */
const FIRST = 10_000;
const LAST = 32_000;

/**
 * A port of 127.0.0.1 at which nobody listens, for a server that takes only a number. No other server gets it by chance
 * before that one listens: those that take any free port get higher ones.
 *
 * @returns {Promise<number>}
 */
export async function freePort() {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST));
    const server = createServer().listen(port, '127.0.0.1');
    try {
      await once(server, 'listening');
    } catch {
      // Somebody listens there.
      continue;
    }
    server.close();
    await once(server, 'close');
    return port;
  }
}
