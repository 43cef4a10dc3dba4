import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { afterAll, expect, it } from 'vitest';
import { sign } from '../../src/index.js';
import { SECRET } from '../support.js';
import { eventBody, testReceiver } from './support.js';

const { receiver } = testReceiver();
const server = createServer(getRequestListener((request) => receiver.fetch(request))).listen(0, '127.0.0.1');
afterAll(() => server.close());

// @hono/node-server adds Content-Length to the headers object of a Response: a shared frozen one broke every answer.
it('answers every time through a server that writes into the headers it is given', async () => {
  const signature = await sign(eventBody(), SECRET);
  for (let n = 0; n < 3; n++) {
    const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, {
      method: 'POST',
      headers: { 'x-videocloud-signature': signature },
      body: eventBody(),
    });
    expect([response.status, await response.text()]).toEqual([200, '{"received":true}']);
  }
});
