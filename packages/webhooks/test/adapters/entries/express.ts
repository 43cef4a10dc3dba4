import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type express5 from 'express';
import { verifyWebhook, webhookHandler } from '../../../src/adapters/express.js';
import { createReceiver } from '../../../src/index.js';
import { makeReceiver, makeTolerantReceiver, makeVerify, seen } from '../behavior.js';
import type { Call, Entry, Mounted } from '../contract.js';
import { closer } from '../servers.js';

const FIX = /in front of express\.json\(\).*verify: \(req, res, buf\)/;

export async function mountExpress(express: typeof express5): Promise<Mounted> {
  const calls: Call[] = [];
  const log = (call: Call) => calls.push(call);
  const keepBytes = express.json({
    verify: (request, _response, buffer) => Object.assign(request, { rawBody: buffer }),
  });
  const app = express();
  const handler = webhookHandler(makeReceiver(createReceiver, '/webhooks', log));
  app.all('/webhooks', handler);
  app.all('/tolerant', webhookHandler(makeTolerantReceiver(createReceiver, '/tolerant', log)));
  app.all('/verify', verifyWebhook(makeVerify('/verify', log)), (request, response) => {
    if (request.webhook === undefined) throw new Error('verifyWebhook went on without a delivery');
    response.json(seen(request.webhook));
  });
  app.use('/json', express.json(), handler);
  app.use('/text', express.text({ type: '*/*' }), handler);
  app.use('/urlencoded', express.urlencoded({ extended: true }), handler);
  app.use(
    '/json-verify',
    express.json(),
    verifyWebhook({
      ...makeVerify('/json-verify', log),
      onError: (error) => log({ route: '', what: `onError ${error.code}`, event: null }),
    }),
  );
  app.use('/string', express.json(), (request, _response, next) => {
    request.body = JSON.stringify(request.body);
    next();
  });
  app.use('/string', handler);
  app.use('/raw', express.raw({ type: '*/*', limit: '1mb' }), handler);
  app.use('/raw-json-only', express.raw({ type: 'application/json' }), handler);
  app.use('/kept', keepBytes, handler);
  app.use(
    '/kept-verify',
    keepBytes,
    verifyWebhook(makeVerify('/kept-verify', log)),
    (request, response) => void response.json(seen(request.webhook as NonNullable<typeof request.webhook>)),
  );
  const server = createServer({ maxHeaderSize: 65_536 }, app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, calls: () => calls, close: closer(server) };
}

export function expressEntry(name: string, express: typeof express5): Entry {
  return {
    name,
    path: '/webhooks',
    tolerant: '/tolerant',
    verify: '/verify',
    parsed: [
      { title: 'express.json()', path: '/json', fix: FIX },
      { title: 'express.json() and verifyWebhook', path: '/json-verify', fix: FIX },
      { title: 'express.text()', path: '/text', fix: FIX },
      {
        title: 'express.urlencoded()',
        path: '/urlencoded',
        fix: FIX,
        contentType: 'application/x-www-form-urlencoded',
      },
      { title: 'a re-serialized body', path: '/string', fix: FIX },
    ],
    mount: () => mountExpress(express),
  };
}
