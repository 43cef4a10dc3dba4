import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { requestVerifier, webhookHandler } from '../../../src/adapters/node.js';
import { createReceiver } from '../../../src/index.js';
import { makeReceiver, makeTolerantReceiver, makeVerify, seen } from '../behavior.js';
import type { Call, Entry } from '../contract.js';
import { closer } from '../servers.js';

export const NODE_ENTRY: Entry = {
  name: 'node:http',
  path: '/',
  tolerant: '/tolerant',
  verify: '/verify',
  parsed: [
    { title: 'code that reads the body first', path: '/read', fix: /before anything reads it/ },
    { title: 'a parser that leaves an object', path: '/object', fix: /before anything reads it/ },
    { title: 'code that called setEncoding()', path: '/encoded', fix: /before anything reads it/ },
  ],
  async mount() {
    const calls: Call[] = [];
    const log = (call: Call) => calls.push(call);
    const handler = webhookHandler(makeReceiver(createReceiver, '/', log));
    const tolerant = webhookHandler(makeTolerantReceiver(createReceiver, '/tolerant', log));
    const verifyRequest = requestVerifier(makeVerify('/verify', log));
    const routes: Record<string, RequestListener> = {
      '/': handler,
      '/tolerant': tolerant,
      '/verify': async (request, response) => {
        const verdict = await verifyRequest(request);
        if (verdict.ok) response.end(JSON.stringify(seen(verdict.delivery)));
        else response.writeHead(verdict.outcome.status, verdict.outcome.headers).end(verdict.outcome.body);
      },
      '/read': async (request, response) => {
        for await (const _ of request);
        handler(request, response);
      },
      '/encoded': (request, response) => {
        request.setEncoding('utf8');
        handler(request, response);
      },
      '/object': (request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk) => chunks.push(chunk));
        request.on('end', () => {
          Object.assign(request, { body: JSON.parse(Buffer.concat(chunks).toString()) });
          handler(request, response);
        });
      },
    };
    const server = createServer({ maxHeaderSize: 65_536 }, (request, response) =>
      routes[request.url ?? '']?.(request, response),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { port: (server.address() as AddressInfo).port, calls: () => calls, close: closer(server) };
  },
};
