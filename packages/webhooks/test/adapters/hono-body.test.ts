// What a Hono application reads before and after the adapter.
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { describe, expect, it, vi } from 'vitest';
import { verifyWebhook, webhookHandler } from '../../src/adapters/hono.js';
import { createReceiver } from '../../src/index.js';
import { SECRET } from './behavior.js';
import { bytesOf, GUIDE, signedHeaders } from './cases.js';

const onError = () => undefined;
const before =
  (read: (c: Context) => unknown): MiddlewareHandler =>
  async (c, next) => {
    await read(c);
    await next();
  };

async function post(app: Hono, body: Uint8Array, more: Record<string, string> = {}) {
  const headers = { ...signedHeaders(body), 'content-length': String(body.length), ...more };
  const response = await app.request('/', { method: 'POST', body: new Uint8Array(body), headers });
  const text = await response.text();
  return { status: response.status, code: /"code":"(\w+)"/.exec(text)?.[1], text };
}

describe('what was read in front', () => {
  const reading = (read: (c: Context) => unknown) => {
    const app = new Hono();
    const receiver = createReceiver({ secrets: SECRET, onError, onUnhandled: () => undefined });
    app.post('/', before(read), webhookHandler(receiver));
    return app;
  };

  it.each<[string, (c: Context) => unknown]>([
    ['c.req.json()', (c) => c.req.json()],
    ['c.req.text()', (c) => c.req.text()],
    ['c.req.arrayBuffer()', (c) => c.req.arrayBuffer()],
    ['c.req.arrayBuffer() and json()', async (c) => [await c.req.arrayBuffer(), await c.req.json()]],
  ])('%s: is used', async (_, read) => {
    expect(await post(reading(read), GUIDE)).toMatchObject({ status: 200 });
    expect(await post(reading(read), GUIDE, signedHeaders(bytesOf('other')))).toMatchObject({
      status: 401,
      code: 'signature_mismatch',
    });
  });

  it.each([
    ['begins with a byte order mark', Buffer.concat([Buffer.from('\uFEFF'), GUIDE])],
    ['is not UTF-8', Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff]), Buffer.from('"}')])],
  ])('text of a body that %s is refused, its bytes are not', async (_, body) => {
    expect(
      await post(
        reading((c) => c.req.text()),
        body,
      ),
    ).toMatchObject({ code: 'body_already_parsed' });
    expect(
      await post(
        reading((c) => c.req.arrayBuffer()),
        body,
      ),
    ).toMatchObject({ status: 200 });
  });

  it('text without a declared length is refused: a byte order mark may be lost', async () => {
    const answer = await post(
      reading((c) => c.req.text()),
      GUIDE,
      { 'content-length': '' },
    );
    expect(answer).toMatchObject({ status: 500, code: 'body_already_parsed' });
  });

  it('a body that a validator put there is judged by its signature', async () => {
    const rewriting = reading((c) => {
      Object.assign(c.req.bodyCache, { arrayBuffer: Promise.resolve(new Uint8Array(bytesOf('{}')).buffer) });
    });
    expect(await post(rewriting, GUIDE)).toMatchObject({ status: 401, code: 'signature_mismatch' });
    const broken = reading((c) => {
      Object.assign(c.req.bodyCache, { arrayBuffer: Promise.reject(new Error('reset')) });
    });
    expect(await post(broken, GUIDE)).toMatchObject({ status: 400, code: 'body_aborted' });
  });
});

it('the body can be read behind verifyWebhook and around webhookHandler', async () => {
  const app = new Hono();
  app.post('/', verifyWebhook({ secrets: SECRET }), async (c) => {
    const bytes = await c.req.arrayBuffer();
    return c.json([(await c.req.json()).event, bytesOf(await c.req.text()).length, bytes.byteLength]);
  });
  expect(JSON.parse((await post(app, GUIDE)).text)).toEqual(['comment.created', GUIDE.length, GUIDE.length]);

  const after = vi.fn();
  const around = new Hono();
  around.use(async (c, next) => {
    await next();
    after(await c.req.json());
  });
  around.post('/', webhookHandler(createReceiver({ secrets: SECRET }).on('*', () => undefined)));
  expect((await post(around, GUIDE)).status).toBe(200);
  expect(after).toHaveBeenCalledWith(expect.objectContaining({ event: 'comment.created' }));
});

it('what is read there is not the memory that was verified', async () => {
  const app = new Hono();
  app.post('/', verifyWebhook({ secrets: SECRET }), async (c) => {
    new Uint8Array(await c.req.arrayBuffer()).fill(0);
    return c.body(new Uint8Array(c.var.webhook.rawBody));
  });
  expect((await post(app, GUIDE)).text).toBe(new TextDecoder().decode(GUIDE));
});

it('secrets come from the bindings, without process', async () => {
  const seen: unknown[] = [];
  const receiver = createReceiver<{ SECRET: string }>({ secrets: ({ env }) => env.SECRET });
  receiver.on('*', (_event, { env }) => seen.push(env));
  const app = new Hono<{ Bindings: { SECRET: string } }>();
  app.post('/webhooks', webhookHandler(receiver));
  app.post('/verify', verifyWebhook<{ SECRET: string }>({ secrets: ({ env }) => env.SECRET }), (c) =>
    c.text(c.var.webhook.event.event),
  );
  app.post('/own', verifyWebhook({ env: (c) => ({ key: String(c.env.SECRET) }), secrets: ({ env }) => env.key }), (c) =>
    c.text('own'),
  );
  const init = { method: 'POST', body: new Uint8Array(GUIDE), headers: signedHeaders(GUIDE) };
  expect((await app.request('/webhooks', init, { SECRET })).status).toBe(200);
  expect(await (await app.request('/verify', init, { SECRET })).text()).toBe('comment.created');
  expect(await (await app.request('/own', init, { SECRET })).text()).toBe('own');
  expect(seen).toEqual([{ SECRET }]);
  expect((await app.request('/verify', init, { SECRET: 'another' })).status).toBe(401);
});
