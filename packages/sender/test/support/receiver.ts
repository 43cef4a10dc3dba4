import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Hit {
  readonly body: Buffer;
  readonly headers: IncomingMessage['headers'];
  readonly rawHeaders: readonly string[];
  readonly url: string;
}

export interface TestReceiver {
  readonly url: string;
  readonly port: number;
  readonly hits: Hit[];
  readonly server: Server;
  close(): Promise<void>;
}

type Answer = number | ((request: IncomingMessage, response: ServerResponse, hit: Hit) => void);

/** A bare HTTP server on loopback that records what it gets and answers as set. */
export async function receiver(answer: Answer | (() => Answer) = 200): Promise<TestReceiver> {
  const hits: Hit[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('error', () => undefined);
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const hit = {
        body: Buffer.concat(chunks),
        headers: request.headers,
        rawHeaders: request.rawHeaders,
        url: request.url ?? '',
      };
      hits.push(hit);
      const how = typeof answer === 'function' && answer.length === 0 ? (answer as () => Answer)() : (answer as Answer);
      if (typeof how === 'number') response.writeHead(how).end();
      else how(request, response, hit);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    port,
    hits,
    server,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
