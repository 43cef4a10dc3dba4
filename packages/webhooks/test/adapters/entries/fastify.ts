import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { fastifyWebhooks } from '../../../src/adapters/fastify.js';
import { createReceiver } from '../../../src/index.js';
import { makeReceiver, makeTolerantReceiver } from '../behavior.js';
import type { Call, Entry } from '../contract.js';

const FIX = /in front of any onRequest hook that reads request\.raw/;

export const FASTIFY_ENTRY: Entry = {
  name: 'Fastify',
  path: '/webhooks',
  tolerant: '/tolerant',
  parsed: [{ title: 'a hook that reads the raw request', path: '/read', fix: FIX }],
  async mount() {
    const calls: Call[] = [];
    const log = (call: Call) => calls.push(call);
    const receiver = makeReceiver(createReceiver, '/webhooks', log);
    const app = Fastify({ forceCloseConnections: true, http: { maxHeaderSize: 65_536 } });
    app.register(fastifyWebhooks, { receiver, path: '/webhooks' });
    app.register(fastifyWebhooks, {
      receiver: makeTolerantReceiver(createReceiver, '/tolerant', log),
      path: '/tolerant',
    });
    app.register(async (reading) => {
      reading.addHook('onRequest', async (request) => {
        for await (const _ of request.raw);
      });
      reading.register(fastifyWebhooks, { receiver, path: '/read' });
    });
    await app.listen({ port: 0, host: '127.0.0.1' });
    return {
      port: (app.server.address() as AddressInfo).port,
      calls: () => calls,
      close: () => app.close(),
    };
  },
};
