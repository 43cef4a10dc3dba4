import { type Context, Hono, type Next } from 'hono';
import { verifyWebhook, webhookHandler } from '../../../src/adapters/hono.js';
import { createReceiver } from '../../../src/index.js';
import { makeReceiver, makeTolerantReceiver, makeVerify, seen } from '../behavior.js';
import type { Call } from '../contract.js';

/** Ways to read the body first that lose the bytes, or hand them to nobody else. */
export const PARSERS: Record<string, (c: Context) => Promise<unknown>> = {
  'c.req.formData()': (c) => c.req.formData(),
  'c.req.blob()': (c) => c.req.blob(),
  'c.req.raw.text()': (c) => c.req.raw.text(),
  // Half read, and still locked.
  'c.req.raw.body.getReader()': async (c) => c.req.raw.body?.getReader(),
};

/** The application of the contract, for whatever server. */
export function honoApp(log: (call: Call) => void): Hono {
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
  return app;
}
