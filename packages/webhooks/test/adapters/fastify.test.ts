import { AsyncLocalStorage } from 'node:async_hooks';
import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyRequest } from 'fastify';
import { describe, expect, it } from 'vitest';
import { fastifyWebhooks } from '../../src/adapters/fastify.js';
import { createReceiver } from '../../src/index.js';
import { SECRET } from './behavior.js';
import { GUIDE, hmac, signedHeaders } from './cases.js';
import { contract } from './contract.js';
import { FASTIFY_ENTRY } from './entries/fastify.js';
import { head, Wire } from './wire.js';

contract(FASTIFY_ENTRY);

describe('fastifyWebhooks', () => {
  it.each([
    ['joined', 'application/json, text/plain'],
    ['empty', ''],
    ['unknown', 'a/b'],
    ['odd', ';;;'],
    ['none', undefined],
  ])('takes a Content-Type that is %s', async (_, type) => {
    const app = Fastify({ forceCloseConnections: true });
    app.register(fastifyWebhooks, {
      receiver: createReceiver({ secrets: SECRET }).on('*', () => 0),
      path: '/webhooks',
    });
    await app.listen({ port: 0, host: '127.0.0.1' });
    const wire = await Wire.open((app.server.address() as AddressInfo).port);
    try {
      const sized = { 'x-videocloud-signature': hmac(GUIDE), 'content-length': String(GUIDE.length) };
      await wire.write(head('POST', '/webhooks', { ...sized, 'content-type': type }));
      await wire.write(GUIDE);
      expect(await wire.answer()).toMatchObject({ status: 200, text: '{"received":true}' });
    } finally {
      wire.abort();
      await app.close();
    }
  });

  it('keeps the context of hooks, works with inject, and leaves other routes alone', async () => {
    const storage = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const receiver = createReceiver<{ ip: string; tenant: string }>({ secrets: SECRET });
    receiver.on('*', (_event, { env }) => seen.push(storage.getStore(), env));
    const app = Fastify();
    app.addHook('onRequest', (_request, _reply, done) => storage.run('mine', done));
    app.register(fastifyWebhooks, {
      prefix: '/api',
      receiver,
      path: '/webhooks',
      env: ({ ip }: FastifyRequest) => ({ ip, tenant: 'one' }),
    });
    app.post('/echo', (request) => request.body);
    const signed = { method: 'POST', headers: signedHeaders(GUIDE), payload: Buffer.from(GUIDE) } as const;
    expect((await app.inject({ ...signed, url: '/api/webhooks' })).statusCode).toBe(200);
    expect((await app.inject({ ...signed, url: '/api/webhooks', payload: '{}' })).statusCode).toBe(401);
    expect((await app.inject({ url: '/api/webhooks' })).json()).toMatchObject({
      error: { code: 'method_not_allowed' },
    });
    expect(seen).toEqual(['mine', { ip: '127.0.0.1', tenant: 'one' }]);
    expect((await app.inject({ method: 'POST', url: '/echo', payload: { a: 1 } })).json()).toEqual({ a: 1 });
    await app.close();
  });

  it('needs a receiver, and its environment where handlers expect one', async () => {
    await expect(
      Fastify()
        .register(fastifyWebhooks, { receiver: {}, path: '/' } as never)
        .ready(),
    ).rejects.toThrow(/made by createReceiver/);
    const receiver = createReceiver<{ tenant: string }>({ secrets: SECRET });
    // @ts-expect-error `env` is missing
    const options: Parameters<typeof fastifyWebhooks<{ tenant: string }>>[1] = { receiver, path: '/' };
    expect(options.path).toBe('/');
  });
});
