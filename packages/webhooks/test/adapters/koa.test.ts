import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { bodyParser } from '@koa/bodyparser';
import Koa from 'koa';
import { expect, it } from 'vitest';
import { verifyWebhook, webhookHandler } from '../../src/adapters/koa.js';
import { createReceiver } from '../../src/index.js';
import type { Delivery } from '../../src/receiver/context.js';
import { makeReceiver, makeTolerantReceiver, seen, VERIFY } from './behavior.js';
import { GUIDE, signedHeaders } from './cases.js';
import { type Call, contract } from './contract.js';
import { closer } from './servers.js';

contract({
  name: 'Koa',
  path: '/webhooks',
  tolerant: '/tolerant',
  verify: '/verify',
  parsed: [{ title: 'a body parser', path: '/parsed', fix: /in front of koa-bodyparser/ }],
  async mount() {
    const calls: Call[] = [];
    const log = (call: Call) => calls.push(call);
    const handler = webhookHandler(makeReceiver(createReceiver, '/webhooks', log));
    const verified = verifyWebhook(VERIFY);
    const routes: Record<string, Koa.Middleware> = {
      '/webhooks': handler,
      '/tolerant': webhookHandler(makeTolerantReceiver(createReceiver, '/tolerant', log)),
      '/verify': (ctx) =>
        verified(ctx, async () => {
          ctx.body = seen(ctx.state.webhook as Delivery);
        }),
      '/parsed': async (ctx, next) => {
        for await (const _ of ctx.req);
        await handler(ctx, next);
      },
    };
    const app = new Koa();
    // Koa prints connections that break.
    app.silent = true;
    app.use((ctx, next) => routes[ctx.path]?.(ctx, next));
    const server = createServer({ maxHeaderSize: 65_536 }, app.callback());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { port: (server.address() as AddressInfo).port, calls: () => calls, close: closer(server) };
  },
});

it('verifyWebhook may stand in front of a body parser, which then leaves the body alone', async () => {
  const app = new Koa();
  app.silent = true;
  app.use(async (ctx, next) => (ctx.path === '/verify' ? verifyWebhook(VERIFY)(ctx, next) : next()));
  app.use(bodyParser());
  app.use((ctx) => {
    ctx.body = [ctx.state.webhook?.event.event ?? null, ctx.request.body ?? null];
  });
  const server = createServer(app.callback());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const post = async (path: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string>) =>
    (await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body, headers })).json();
  try {
    expect(await post('/verify', new Uint8Array(GUIDE), signedHeaders(GUIDE))).toEqual(['comment.created', null]);
    expect(await post('/', '{"a":1}', { 'content-type': 'application/json' })).toEqual([null, { a: 1 }]);
  } finally {
    await closer(server)();
  }
});
