import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { webhookHandler } from '../../src/adapters/hono.js';
import { createReceiver } from '../../src/index.js';
import { makeReceiver, SECRET } from './behavior.js';
import { GUIDE, GUIDE_HANDLED, signedHeaders } from './cases.js';
import { type Call, contract, isOutcome } from './contract.js';
import { HONO_ENTRY } from './entries/hono.js';

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
