// Adapters among what else an application has in its chain.
import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import express5, { type ErrorRequestHandler } from 'express';
import express4 from 'express4';
import { createApp, eventHandler, fromNodeMiddleware, toNodeListener } from 'h3';
import { createMocks } from 'node-mocks-http';
import request from 'supertest';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { verifyWebhook, webhookHandler } from '../../src/adapters/express.js';
import { pagesWebhookHandler } from '../../src/adapters/next.js';
import { webhookHandler as nodeHandler } from '../../src/adapters/node.js';
import { createReceiver } from '../../src/index.js';
import { SECRET } from './behavior.js';
import { GUIDE, signedHeaders } from './cases.js';
import { closer } from './servers.js';
import { head, Wire } from './wire.js';

const unhandled = vi.fn();
beforeEach(() => void process.on('unhandledRejection', unhandled));
afterEach(() => {
  process.off('unhandledRejection', unhandled);
  expect(unhandled).not.toHaveBeenCalled();
});

async function serve(listener: RequestListener): Promise<{ port: number; close: () => Promise<void> }> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: closer(server) };
}

/** The status of a signed delivery to an application, and the body of the answer. */
async function deliver(listener: RequestListener, path = '/'): Promise<{ status: number; text: string }> {
  const { port, close } = await serve(listener);
  try {
    const body = new Uint8Array(GUIDE);
    const init = { method: 'POST', body, headers: signedHeaders(GUIDE) };
    const response = await fetch(`http://127.0.0.1:${port}${path}`, init);
    return { status: response.status, text: await response.text() };
  } finally {
    await close();
  }
}

const EXPRESS = [
  ['Express 5', express5],
  ['Express 4', express4],
] as const;

describe('AsyncLocalStorage', () => {
  const storage = new AsyncLocalStorage<string>();
  const receiving = () => {
    const seen: unknown[] = [];
    const receiver = createReceiver({ secrets: SECRET }).on('*', () => void seen.push(storage.getStore()));
    return { seen, receiver };
  };

  it.each(EXPRESS)('reaches handlers behind %s', async (_, express) => {
    const { seen, receiver } = receiving();
    const app = express();
    app.use((_request, _response, next) => storage.run('mine', next));
    app.post('/', webhookHandler(receiver));
    app.post('/verify', verifyWebhook({ secrets: SECRET }), (_request, response) => {
      seen.push(storage.getStore());
      response.sendStatus(200);
    });
    await deliver(app);
    await deliver(app, '/verify');
    expect(seen).toEqual(['mine', 'mine']);
  });

  it('reaches handlers behind node:http and the Pages Router', async () => {
    const { seen, receiver } = receiving();
    const node = nodeHandler(receiver);
    const pages = pagesWebhookHandler(receiver);
    await deliver((req, res) => void storage.run('node', () => node(req, res)));
    await deliver((req, res) => void storage.run('pages', () => pages(req, res)));
    expect(seen).toEqual(['node', 'pages']);
  });
});

describe.each(EXPRESS)('%s', (_, express) => {
  it('parses other bodies behind app.use(verifyWebhook())', async () => {
    const app = express();
    app.use('/webhooks', verifyWebhook({ secrets: SECRET }));
    app.use(express.json());
    app.use(express.urlencoded({ extended: true }));
    app.post('/webhooks', (req, res) => void res.json(req.webhook?.event.event));
    expect(await deliver(app, '/webhooks')).toEqual({ status: 200, text: '"comment.created"' });
  });

  it('gets what a later handler throws, as from any middleware', async () => {
    const app = express();
    app.post('/', verifyWebhook({ secrets: SECRET }), () => {
      throw new Error('mine');
    });
    const onThrow: ErrorRequestHandler = (error, _req, res, _next) => void res.status(418).send(error.message);
    app.use(onThrow);
    expect(await deliver(app)).toEqual({ status: 418, text: 'mine' });
  });

  it('answers when the clock or the environment throws', async () => {
    const onError = vi.fn();
    const broken = (): never => {
      throw new Error('broken');
    };
    const app = express();
    app.post('/clock', verifyWebhook({ secrets: SECRET, maxAge: 7_000_000, now: broken, onError }));
    app.post('/env', verifyWebhook({ env: broken, secrets: SECRET, onError }));
    app.post('/receiver', webhookHandler(createReceiver({ secrets: SECRET, onError }), { env: broken }));
    for (const path of ['/clock', '/env', '/receiver']) expect((await deliver(app, path)).status).toBe(500);
    expect(onError).toHaveBeenCalledTimes(3);
  });

  it('takes req.body of a getter that throws for no body', async () => {
    const app = express();
    app.use((req, _res, next) => {
      Object.defineProperty(req, 'body', {
        get() {
          throw new Error('lazy');
        },
      });
      next();
    });
    app.post('/', webhookHandler(createReceiver({ secrets: SECRET, onUnhandled: () => undefined })));
    expect((await deliver(app)).status).toBe(200);
  });

  it('gives providers and handlers the environment of the request', async () => {
    const seen: unknown[] = [];
    const receiver = createReceiver<{ secret: string }>({ secrets: ({ env }) => env.secret });
    receiver.on('*', (_event, { env }) => seen.push(env.secret));
    const app = express();
    app.post('/', webhookHandler(receiver, { env: (req) => ({ secret: SECRET, path: req.url }) }));
    app.post('/verify', verifyWebhook({ env: () => ({ key: SECRET }), secrets: ({ env }) => env.key }), (_req, res) => {
      res.sendStatus(204);
    });
    expect((await deliver(app)).status).toBe(200);
    expect((await deliver(app, '/verify')).status).toBe(204);
    expect(seen).toEqual([SECRET]);
  });

  it('works with supertest', async () => {
    const app = express();
    app.post('/', webhookHandler(createReceiver({ secrets: SECRET, onUnhandled: () => undefined })));
    await request(app).post('/').set(signedHeaders(GUIDE)).send(Buffer.from(GUIDE).toString()).expect(200);
    await request(app).post('/').set(signedHeaders(GUIDE)).send('{}').expect(401);
  });
});

it('verifyWebhook calls next with what next throws, and answers and reports when that throws too', async () => {
  const causes: unknown[] = [];
  const middleware = verifyWebhook({ secrets: SECRET, onError: ({ cause }) => causes.push(cause) });
  const error = new Error('next');
  const next = vi.fn<(error?: unknown) => void>().mockImplementation(() => {
    throw error;
  });
  expect((await deliver((req, res) => void middleware(req, res, next))).status).toBe(500);
  expect(next.mock.calls).toEqual([[], [error]]);
  expect(causes).toEqual([error]);
});

it('an async function where a plain value is expected is an answer and no unhandled rejection', async () => {
  const codes: string[] = [];
  const rejects = () => Promise.reject(new Error('unknown tenant')) as never;
  const options = { onError: ({ code }: { code: string }) => codes.push(code) };
  const plain = createReceiver({ secrets: SECRET, ...options }).on('*', () => undefined);
  const statuses = [];
  for (const handler of [
    nodeHandler(plain, { env: rejects }),
    nodeHandler(createReceiver({ secrets: SECRET, idempotency: rejects, ...options })),
    nodeHandler(createReceiver({ secrets: SECRET, inbox: rejects, ...options })),
    nodeHandler(createReceiver({ secrets: SECRET, onOutcome: rejects, ...options }).on('*', () => undefined)),
  ]) {
    statuses.push((await deliver((req, res) => void handler(req, res))).status);
  }
  expect([statuses, codes]).toEqual([
    [200, 503, 503, 200],
    ['store_unavailable', 'store_unavailable'],
  ]);
});

it('webhookHandler of /node can be the middleware of an h3 application', async () => {
  const app = createApp();
  // Not at once: h3 goes on to its 404 in the next turn where nothing tells it to wait.
  const receiver = createReceiver({ secrets: SECRET }).on('*', () => sleep(50));
  app.use('/webhooks', fromNodeMiddleware(nodeHandler(receiver)));
  app.use(eventHandler(() => 'not found'));
  expect(await deliver(toNodeListener(app), '/webhooks')).toEqual({ status: 200, text: '{"received":true}' });
});

describe('pagesWebhookHandler', () => {
  const handler = pagesWebhookHandler(createReceiver({ secrets: SECRET }).on('*', () => undefined));

  it('resolves under node-mocks-http', async () => {
    for (const [method, body, headers, status] of [
      ['POST', Buffer.from(GUIDE), signedHeaders(GUIDE), 200],
      ['POST', Buffer.from('{}'), signedHeaders(GUIDE), 401],
      ['GET', undefined, {}, 405],
    ] as const) {
      const { req, res } = createMocks({ method, headers, body: body as never });
      await handler(req, res);
      expect(res.statusCode).toBe(status);
    }
  });

  it('resolves when the client has gone', async () => {
    const settled = vi.fn();
    const began = vi.fn();
    const { port, close } = await serve((req, res) => {
      began();
      handler(req, res).then(settled);
    });
    const wire = await Wire.open(port);
    await wire.write(head('POST', '/', { ...signedHeaders(GUIDE), 'content-length': '1000' }));
    await wire.write('{');
    await vi.waitFor(() => expect(began).toHaveBeenCalled());
    wire.abort();
    await vi.waitFor(() => expect(settled).toHaveBeenCalled(), 5_000);
    await close();
  });
});
