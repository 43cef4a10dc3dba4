import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';

/** How long `close` waits for requests under way. A client may never send the rest of one, or never read the answer. */
const CLOSE_GRACE_MS = 5_000;

/** HTTP servers of the management API, and of the page. */
export class HttpServers {
  readonly #fetch: (request: Request) => Promise<Response>;
  readonly #servers = new Map<Server, Connections>();
  #closed = false;

  constructor(fetch: (request: Request) => Promise<Response>) {
    this.#fetch = fetch;
  }

  /**
   * @throws TypeError (as a rejection) for a blank host: Node would listen on every address of the machine
   * @throws Error (as a rejection) when `close` was called, also meanwhile
   */
  async listen(port: number, host: string): Promise<{ url: string }> {
    if (typeof host !== 'string' || host.trim() === '')
      throw new TypeError(
        "The host to listen on is blank: is the variable set? Give '127.0.0.1', or '0.0.0.0' for every address",
      );
    const server = createAdaptorServer({ fetch: this.#fetch, overrideGlobalObjects: false }) as Server;
    const connections = new Connections(server);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
    if (this.#closed) {
      await new Promise((resolve) => server.close(resolve));
      throw new Error('It was closed before it listened');
    }
    this.#servers.set(server, connections);
    const { port: bound } = server.address() as AddressInfo;
    return { url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}` };
  }

  /** Finishes the requests under way; after 5 s their connections are cut. */
  async close(): Promise<void> {
    this.#closed = true;
    const closed = Promise.all(
      [...this.#servers].map(
        ([server, connections]) =>
          new Promise<void>((resolve) => {
            server.close(() => resolve());
            connections.closeUnused();
          }),
      ),
    );
    const grace = setTimeout(() => {
      for (const server of this.#servers.keys()) server.closeAllConnections();
    }, CLOSE_GRACE_MS);
    await closed;
    clearTimeout(grace);
  }
}

/**
 * Knows which connections have a request under way. Node's own `closeIdleConnections` spares those that never had one, and browsers open
 * such ahead of need: a server would wait a minute for them.
 */
class Connections {
  readonly #open = new Map<Socket, number>();
  #closing = false;

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      this.#open.set(socket, 0);
      socket.once('close', () => this.#open.delete(socket));
    });
    server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
      this.#count(socket, 1);
      response.once('close', () => this.#count(socket, -1));
    });
  }

  closeUnused(): void {
    this.#closing = true;
    for (const [socket, requests] of this.#open) {
      if (requests > 0) continue;
      this.#open.delete(socket);
      socket.destroySoon();
    }
  }

  #count(socket: Socket, more: number): void {
    const requests = this.#open.get(socket);
    if (requests === undefined) return;
    this.#open.set(socket, requests + more);
    if (this.#closing) this.closeUnused();
  }
}
