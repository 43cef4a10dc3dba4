import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';

/** HTTP servers of the management API. */
export class Servers {
  readonly #fetch: (request: Request) => Promise<Response>;
  readonly #servers = new Set<Server>();

  constructor(fetch: (request: Request) => Promise<Response>) {
    this.#fetch = fetch;
  }

  async listen(port: number, host: string): Promise<{ url: string }> {
    const server = createAdaptorServer({ fetch: this.#fetch, overrideGlobalObjects: false }) as Server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
    this.#servers.add(server);
    const { port: bound } = server.address() as AddressInfo;
    return { url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}` };
  }

  /** Finishes the requests under way. */
  async close(): Promise<void> {
    await Promise.all(
      [...this.#servers].map(
        (server) =>
          new Promise<void>((resolve) => {
            server.close(() => resolve());
            server.closeIdleConnections();
          }),
      ),
    );
  }
}
