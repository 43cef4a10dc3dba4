import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { afterEach } from 'vitest';
import { answering } from '../../../tests/support/answering.js';

const open: Server[] = [];
const sockets = new Set<Socket>();

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await Promise.all(open.splice(0).map((server) => new Promise((done) => server.close(done))));
});

async function listening(server: Server): Promise<string> {
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  open.push(server);
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export interface Served {
  url: string;
  /** The requests that arrived, their bodies read. */
  requests: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[];
}

/** A real HTTP server; `answer` gets the number of the request, from 1. */
export async function serve(answer: (n: number, response: ServerResponse) => void): Promise<Served> {
  const requests: Served['requests'] = [];
  const server = createServer(
    answering(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { method = '', url = '', headers } = request;
      requests.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      answer(requests.length, response);
    }),
  );
  return { url: await listening(server), requests };
}

/** A TCP server that does what `connected` says after the first bytes of a request. */
export async function serveTcp(connected: (socket: Socket) => void): Promise<{ url: string; requests: () => number }> {
  let requests = 0;
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      requests++;
      connected(socket);
    });
  });
  return { url: await listening(server), requests: () => requests };
}

/** Where nobody listens: no server is given a port this low by itself, as it is one that another has just closed. */
export const NOBODY_THERE = 'http://127.0.0.1:2';

export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

export const EMPTY = { success: true, data: { items: [] } };
export const WEBHOOK = {
  id: 'whk_123456',
  url: 'https://your-server.com/webhooks',
  events: ['video.uploaded'],
  status: 'active',
  createdAt: '2024-03-31T12:00:00Z',
};
export const problem = (code: string) => ({ success: false, error: { code, message: 'No.' } });
