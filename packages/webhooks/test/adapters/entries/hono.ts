import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { type Context, Hono, type Next } from 'hono';
import { verifyWebhook, webhookHandler } from '../../../src/adapters/hono.js';
import { createReceiver } from '../../../src/index.js';
import { makeReceiver, makeTolerantReceiver, makeVerify, seen } from '../behavior.js';
import type { Call, Entry, Mounted } from '../contract.js';
import { closer } from '../servers.js';

const FIX = /in front of any middleware that parses the body/;

/** Ways to read the body first that lose the bytes, or hand them to nobody else. */
const PARSERS: Record<string, (c: Context) => Promise<unknown>> = {
  'c.req.formData()': (c) => c.req.formData(),
  'c.req.blob()': (c) => c.req.blob(),
  'c.req.raw.text()': (c) => c.req.raw.text(),
  // Half read, and still locked.
  'c.req.raw.body.getReader()': async (c) => c.req.raw.body?.getReader(),
};

async function mountHono(): Promise<Mounted> {
  const calls: Call[] = [];
  const log = (call: Call) => calls.push(call);
  const app = new Hono();
  const handler = webhookHandler(makeReceiver(createReceiver, '/webhooks', log));
  app.all('/webhooks', handler);
  app.all('/tolerant', webhookHandler(makeTolerantReceiver(createReceiver, '/tolerant', log)));
  app.all('/verify', verifyWebhook(makeVerify('/verify', log)), (c) => c.json(seen(c.var.webhook)));
  const onError = ({ code }: { code: string }) =>
    log({ route: '/verify-parsed', what: `onError ${code}`, event: null });
  for (const [index, parse] of Object.values(PARSERS).entries()) {
    const parsed = async (c: Context, next: Next) => {
      await parse(c);
      await next();
    };
    app.all(`/parsed/${index}`, parsed, handler);
    app.all(`/verify-parsed/${index}`, parsed, verifyWebhook({ ...makeVerify('/verify-parsed', log), onError }), (c) =>
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

export const HONO_ENTRY: Entry = {
  name: 'Hono',
  path: '/webhooks',
  tolerant: '/tolerant',
  verify: '/verify',
  parsed: Object.keys(PARSERS).flatMap((title, index) => {
    // formData() leaves JSON alone.
    const form = title.includes('formData') ? { contentType: 'application/x-www-form-urlencoded' } : {};
    return [
      { title, path: `/parsed/${index}`, fix: FIX, ...form },
      { title: `${title} and verifyWebhook`, path: `/verify-parsed/${index}`, fix: FIX, ...form },
    ];
  }),
  mount: mountHono,
};
