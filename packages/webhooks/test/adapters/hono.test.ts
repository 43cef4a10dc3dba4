import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { webhookHandler } from '../../src/adapters/hono.js';
import { createReceiver } from '../../src/index.js';
import { makeReceiver, SECRET } from './behavior.js';
import { GUIDE, GUIDE_HANDLED, signedHeaders } from './cases.js';
import { type Call, contract, isOutcome } from './contract.js';
import { HONO_ENTRY } from './entries/hono.js';
import { closer } from './servers.js';

contract(HONO_ENTRY);

describe('Hono without a server', () => {
  it.each([
    ['', {}],
    [', also beside a binding named incoming', { incoming: { get: () => null } }],
  ])('gives the work to executionCtx.waitUntil where there is one%s', async (_, env) => {
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
    const response = await app.fetch(request, env, context);
    expect(response.status).toBe(200);
    expect(work).toHaveLength(1);
    await Promise.all(work);
    expect(calls.filter(isOutcome)).toHaveLength(1);
    const handled = calls.filter((call) => !isOutcome(call));
    expect(handled.map(({ what, event, sha256 }) => [what, event, sha256].join(' '))).toEqual([GUIDE_HANDLED]);
  });

  it('works with app.request, as tests do it', async () => {
    const app = new Hono();
    app.post('/', webhookHandler(createReceiver({ secrets: SECRET })));
    const init = { method: 'POST', body: new Uint8Array(GUIDE), headers: signedHeaders(GUIDE) };
    expect((await app.request('/', init)).status).toBe(200);
    expect((await app.request('/', { ...init, headers: {} })).status).toBe(401);
  });
});

it('the server behind Hono collects the pieces of short bodies only: it keeps each of them apart', async () => {
  const collected: string[] = [];
  const app = new Hono();
  app.use(async (c, next) => {
    const { raw } = c.req;
    const read = raw.arrayBuffer.bind(raw);
    Object.defineProperty(raw, 'arrayBuffer', {
      value: () => {
        collected.push(String(raw.headers.get('content-length')));
        return read();
      },
    });
    await next();
  });
  app.post('/', webhookHandler(createReceiver({ secrets: SECRET, onUnhandled: () => undefined })));
  const server = await new Promise<Server>((resolve) => {
    const serving = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, () => resolve(serving as Server));
  });
  try {
    const { port } = server.address() as AddressInfo;
    for (const size of [10_000, 10_001, 200_000]) {
      const body = new Uint8Array(size).fill(0x20);
      const init = { method: 'POST', body, headers: signedHeaders(body) };
      expect((await fetch(`http://127.0.0.1:${port}/`, init)).status).toBe(200);
    }
    expect(collected).toEqual(['10000']);
  } finally {
    await closer(server)();
  }
});
