import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { expect, it } from 'vitest';
import { webhookHandler } from '../../src/adapters/node.js';
import { createReceiver } from '../../src/index.js';
import { makeReceiver } from './behavior.js';
import { GUIDE, signedHeaders } from './cases.js';
import { contract } from './contract.js';
import { NODE_ENTRY } from './entries/node.js';
import { closer } from './servers.js';
import { chunked, head, Wire } from './wire.js';

contract(NODE_ENTRY);

it('leaves no listener on a connection, however many requests it carries', async () => {
  const handler = webhookHandler(makeReceiver(createReceiver, '/', () => undefined));
  const server = createServer(handler);
  let socket: Socket | undefined;
  server.on('connection', (accepted) => {
    socket = accepted;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const wire = await Wire.open((server.address() as AddressInfo).port);
  const warnings: Error[] = [];
  const warned = (warning: Error) => void warnings.push(warning);
  process.on('warning', warned);
  const listeners = () => socket?.eventNames().map((name) => [name, socket?.listenerCount(name)]);
  const signed = signedHeaders(GUIDE);
  const sized = { ...signed, 'content-length': String(GUIDE.length) };
  const requests: [string, Uint8Array][] = [
    [head('POST', '/', sized), GUIDE],
    [head('POST', '/', { ...signed, 'transfer-encoding': 'chunked' }), chunked(GUIDE, 50)],
    // Refused before the body is read, so that it is discarded.
    [head('PUT', '/', sized), GUIDE],
    [head('POST', '/', { ...sized, 'content-encoding': 'gzip' }), GUIDE],
  ];
  try {
    const counts: unknown[] = [];
    for (let round = 0; round < 10; round += 1) {
      // Pipelined: the next request is on the wire before the last is answered.
      for (const [start, body] of requests) {
        await wire.write(start);
        await wire.write(body);
      }
      const statuses = [];
      while (statuses.length < requests.length) statuses.push((await wire.answer()).status);
      expect(statuses).toEqual([200, 200, 405, 415]);
      counts.push(listeners());
    }
    expect(counts.at(-1)).toEqual(counts[0]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(warnings).toEqual([]);
  } finally {
    process.off('warning', warned);
    wire.abort();
    await closer(server)();
  }
});

it('reads a stream that was paused for it', async () => {
  const handler = webhookHandler(makeReceiver(createReceiver, '/', () => undefined));
  const server = createServer((request, response) => {
    request.pause();
    setTimeout(() => handler(request, response), 20);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, {
      method: 'POST',
      headers: signedHeaders(GUIDE),
      body: new Uint8Array(GUIDE),
    });
    expect([response.status, await response.text()]).toEqual([200, '{"received":true}']);
  } finally {
    await closer(server)();
  }
});
