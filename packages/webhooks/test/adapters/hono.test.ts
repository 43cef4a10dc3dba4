import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { type Context, Hono, type Next } from 'hono';
import { describe, expect, it } from 'vitest';
import { verifyWebhook, webhookHandler } from '../../src/adapters/hono.js';
import { createReceiver } from '../../src/index.js';
import { makeReceiver, makeTolerantReceiver, SECRET, seen, VERIFY } from './behaviour.js';
import { GUIDE, GUIDE_HANDLED, signedHeaders } from './cases.js';
import { type Call, contract } from './contract.js';
import { closer } from './servers.js';

const FIX = /in front of any middleware that calls c\.req\.json\(\)/;

const PARSERS: Record<string, (c: Context) => Promise<unknown>> = {
  'c.req.json()': (c) => c.req.json(),
  'c.req.text()': (c) => c.req.text(),
  'c.req.arrayBuffer()': (c) => c.req.arrayBuffer(),
  'c.req.parseBody()': (c) => c.req.parseBody(),
  'c.req.raw.text()': (c) => c.req.raw.text(),
  // Half read, and still locked.
  'c.req.raw.body.getReader()': async (c) => c.req.raw.body?.getReader(),
};

async function mount() {
  const calls: Call[] = [];
  const log = (call: Call) => calls.push(call);
  const app = new Hono();
  const handler = webhookHandler(makeReceiver(createReceiver, '/webhooks', log));
  app.all('/webhooks', handler);
  app.all('/tolerant', webhookHandler(makeTolerantReceiver(createReceiver, '/tolerant', log)));
  app.all('/verify', verifyWebhook(VERIFY), (c) => c.json(seen(c.var.webhook)));
  const onError = ({ code }: { code: string }) =>
    log({ route: '/verify-parsed', what: `onError ${code}`, event: null });
  for (const [index, parse] of Object.values(PARSERS).entries()) {
    const parsed = async (c: Context, next: Next) => {
      await parse(c);
      await next();
    };
    app.all(`/parsed/${index}`, parsed, handler);
    app.all(`/verify-parsed/${index}`, parsed, verifyWebhook({ ...VERIFY, onError }), (c) =>
      c.json(seen(c.var.webhook)),
    );
  }
  const server = await new Promise<Server>((resolve) => {
    const serving = serve(
      { fetch: app.fetch, port: 0, hostname: '127.0.0.1', serverOptions: { maxHeaderSize: 65_536 } },
      () => resolve(serving as Server),
    );
  });
  return { port: (server.address() as AddressInfo).port, calls: () => calls, close: closer(server) };
}

contract({
  name: 'Hono',
  path: '/webhooks',
  tolerant: '/tolerant',
  verify: '/verify',
  parsed: Object.keys(PARSERS).flatMap((title, index) => {
    // parseBody() leaves JSON alone.
    const form = title.includes('parseBody') ? { contentType: 'application/x-www-form-urlencoded' } : {};
    return [
      { title, path: `/parsed/${index}`, fix: FIX, ...form },
      { title: `${title} and verifyWebhook`, path: `/verify-parsed/${index}`, fix: FIX, ...form },
    ];
  }),
  mount,
});

describe('Hono without a server', () => {
  it('gives the work to executionCtx.waitUntil where there is one', async () => {
    const calls: Call[] = [];
    const app = new Hono();
    app.post('/', webhookHandler(makeReceiver(createReceiver, '/', (call) => calls.push(call))));
    const work: Promise<unknown>[] = [];
    const context = {
      waitUntil: (promise: Promise<unknown>) => void work.push(promise),
      passThroughOnException() {},
      props: {},
    };
    const request = new Request('http://localhost/', {
      method: 'POST',
      body: new Uint8Array(GUIDE),
      headers: signedHeaders(GUIDE),
    });
    const response = await app.fetch(request, {}, context);
    expect(response.status).toBe(200);
    expect(work).toHaveLength(1);
    await Promise.all(work);
    expect(calls.map(({ what, event, sha256 }) => [what, event, sha256].join(' '))).toEqual([GUIDE_HANDLED]);
  });

  it('works with app.request, as tests do it', async () => {
    const app = new Hono();
    app.post('/', webhookHandler(createReceiver({ secrets: SECRET })));
    const init = { method: 'POST', body: new Uint8Array(GUIDE), headers: signedHeaders(GUIDE) };
    expect((await app.request('/', init)).status).toBe(200);
    expect((await app.request('/', { ...init, headers: {} })).status).toBe(401);
  });
});
