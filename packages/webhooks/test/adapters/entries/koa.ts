import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import { verifyWebhook, webhookHandler } from '../../../src/adapters/koa.js';
import { createReceiver } from '../../../src/index.js';
import type { Delivery } from '../../../src/receiver/context.js';
import { makeReceiver, makeTolerantReceiver, makeVerify, seen } from '../behavior.js';
import type { Call, Entry } from '../contract.js';
import { closer } from '../servers.js';

export const KOA_ENTRY: Entry = {
  name: 'Koa',
  path: '/webhooks',
  tolerant: '/tolerant',
  verify: '/verify',
  parsed: [{ title: 'a body parser', path: '/parsed', fix: /in front of koa-bodyparser/ }],
  async mount() {
    const calls: Call[] = [];
    const log = (call: Call) => calls.push(call);
    const handler = webhookHandler(makeReceiver(createReceiver, '/webhooks', log));
    const verified = verifyWebhook(makeVerify('/verify', log));
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
};
