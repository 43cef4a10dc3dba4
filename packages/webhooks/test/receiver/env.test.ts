import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type Context,
  createReceiver,
  type IdempotencyStore,
  memoryStore,
  type ReceiverOptions,
  sign,
  type WebhookError,
} from '../../src/index.js';
import { SECRET } from '../support.js';
import { deferred, eventBody } from './support.js';

interface Env {
  readonly secret: string;
  readonly store: IdempotencyStore;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const envOf = (secret = SECRET): Env => ({ secret, store: memoryStore() });

function tenant(options: Partial<ReceiverOptions<Env>> = {}) {
  const errors: WebhookError[] = [];
  const contexts: Context<Env>[] = [];
  const receiver = createReceiver<Env>({
    secrets: ({ env }) => env.secret,
    onError: (error) => errors.push(error),
    ...options,
  });
  receiver.on('*', (_, context) => void contexts.push(context));
  const deliver = async (env: Env, body = eventBody()) =>
    receiver.receive({ body, signature: await sign(body, env.secret), env });
  return { receiver, errors, contexts, deliver };
}

describe('env', () => {
  it('reaches secrets, store and handlers from fetch, receive and dispatch', async () => {
    const { receiver, contexts, deliver } = tenant({ idempotency: { store: ({ env }) => env.store } });
    const env = envOf();
    const body = eventBody('video.deleted', { n: 1 });
    const headers = { 'x-videocloud-signature': await sign(body, SECRET), 'x-request-id': 'r1' };
    const post = new Request('http://receiver.test/', { method: 'POST', body, headers });
    expect((await receiver.fetch(post, env)).status).toBe(200);
    expect(await deliver(env, body)).toMatchObject({ result: 'duplicate' });
    expect(await deliver(env)).toMatchObject({ result: 'processed' });
    expect(await receiver.dispatch(eventBody('user.deleted'), { env })).toMatchObject({ result: 'processed' });
    expect(contexts.map((context) => context.env)).toEqual([env, env, env]);
    expect(contexts[0]?.headers?.get('x-request-id')).toBe('r1');
    expect(contexts.map(({ requestId }) => requestId)).toEqual(['r1', null, null]);
    expect(contexts.map(({ headers }) => headers === null)).toEqual([false, true, true]);
  });

  it('of another tenant never gets the secrets of this one, also while they are fetched', async () => {
    for (const [first, second] of [
      [{ ...envOf('one') }, { ...envOf('two') }],
      ['one', 'two'],
      [1, 2],
    ] as unknown as [Env, Env][]) {
      const waiting = deferred();
      const secrets = vi.fn(async ({ env }: { env: Env }) => {
        await waiting.promise;
        return String(env.secret ?? env);
      });
      const { receiver } = tenant({ secrets });
      const body = eventBody();
      const signature = await sign(body, String(first.secret ?? first));
      const outcomes = [first, first, second].map((env) => receiver.receive({ body, signature, env }));
      waiting.resolve();
      expect((await Promise.all(outcomes)).map(({ status }) => status)).toEqual([200, 200, 401]);
      expect(secrets).toHaveBeenCalledTimes(2);
    }
  });

  it('asks for a store once for each env object', async () => {
    const store = vi.fn(({ env }: { env: Env }) => env.store);
    const { deliver } = tenant({ idempotency: store });
    const [first, second] = [envOf(), envOf()];
    for (const env of [first, first, second, first]) await deliver(env);
    expect(store).toHaveBeenCalledTimes(2);
  });

  it('asks for a store once in all where env is no object', async () => {
    const shared = memoryStore();
    const store = vi.fn(() => shared);
    const receiver = createReceiver({ secrets: SECRET, idempotency: store }).on('*', () => undefined);
    const signature = await sign(eventBody(), SECRET);
    for (const env of [undefined, 'a', 7, null]) await receiver.receive({ body: eventBody(), signature, env });
    expect(store).toHaveBeenCalledTimes(1);
  });

  it('with a store of its own for every request is reported once', async () => {
    const { deliver, errors } = tenant({ idempotency: () => memoryStore() });
    for (let n = 0; n < 16; n++) await deliver(envOf());
    expect(errors).toEqual([]);
    for (let n = 0; n < 5; n++) await deliver(envOf());
    expect(errors.map(({ message }) => message)).toEqual([
      expect.stringContaining('more than 16 stores, which deduplicates nothing: return one for all requests'),
    ]);
  });

  it('may be a new object for every request, as on Deno, when the store is shared', async () => {
    const shared = memoryStore();
    const { deliver, errors } = tenant({ idempotency: () => shared });
    const results = [];
    for (let n = 0; n < 20; n++) results.push((await deliver(envOf())).result);
    expect(results.slice(0, 2)).toEqual(['processed', 'duplicate']);
    expect(errors).toEqual([]);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('no binding');
      },
    ],
    ['gives nothing', () => undefined],
    ['gives a promise', async () => memoryStore()],
  ])('whose store function %s is store_unavailable, and asked again', async (_, broken) => {
    const store = vi.fn(broken as unknown as () => IdempotencyStore);
    const { deliver, contexts, errors } = tenant({ idempotency: store });
    const env = envOf();
    for (let n = 0; n < 2; n++) {
      expect(await deliver(env)).toMatchObject({ status: 503, error: { code: 'store_unavailable' } });
    }
    expect(store).toHaveBeenCalledTimes(2);
    expect([contexts.length, errors.length]).toEqual([0, 2]);
  });
});

describe('fetch', () => {
  it('is bound, and uses waitUntil of the third argument where there is one', async () => {
    const { fetch } = createReceiver({ secrets: SECRET }).on('*', () => undefined);
    const body = eventBody();
    const headers = { 'x-videocloud-signature': await sign(body, SECRET) };
    const post = () => new Request('http://receiver.test/', { method: 'POST', body, headers });
    const kept: Promise<unknown>[] = [];
    class Ctx {
      readonly kept = kept;
      waitUntil(work: Promise<unknown>): void {
        this.kept.push(work);
      }
    }
    expect((await fetch(post(), {}, new Ctx())).status).toBe(200);
    expect(kept).toHaveLength(1);
    // What Deno, Bun and Next hand over.
    const others: Parameters<typeof fetch>[] = [
      [post(), { remoteAddr: {} }],
      [post(), { params: Promise.resolve({}) }, undefined],
      [post(), undefined, {}],
    ];
    for (const args of others) expect((await fetch(...args)).status).toBe(200);
  });

  it('keeps no instance alive for a stranger', async () => {
    const { fetch } = createReceiver({ secrets: SECRET });
    const waitUntil = vi.fn();
    const headers = { 'x-videocloud-signature': 'a'.repeat(64) };
    await fetch(new Request('http://receiver.test/', { method: 'POST', body: 'x', headers }), {}, { waitUntil });
    expect(waitUntil).not.toHaveBeenCalled();
  });
});
