import { describe, expect, it, vi } from 'vitest';
import { type Context, createReceiver, type IdempotencyStore, memoryStore, sign } from '../../src/index.js';
import { SECRET } from '../support.js';
import { eventBody, testReceiver } from './support.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('fixed secrets', () => {
  it.each([
    ['a Buffer', Buffer.from('buffer-secret')],
    ['a Uint8Array', bytes('buffer-secret')],
    ['a part of a larger Buffer', Buffer.from('xxbuffer-secretxx').subarray(2, 15)],
  ])('are copied: %s may be wiped after construction', async (_, secret) => {
    const list = [secret];
    const receivers = [createReceiver({ secrets: secret }), createReceiver({ secrets: list })];
    secret.fill(0);
    list.length = 0;
    const body = eventBody();
    const signature = await sign(body, 'buffer-secret');
    for (const receiver of receivers)
      expect(await receiver.receive({ body, signature })).toMatchObject({ status: 200 });
  });
});

describe('the context of a handler', () => {
  it.each([
    ['with a store', { idempotency: memoryStore() }],
    ['without', {}],
  ])('keeps every member when it is spread, as its type promises (%s)', async (_, options) => {
    const { receiver, deliver } = testReceiver(options);
    let context: Context | undefined;
    let spread: Context | undefined;
    receiver.on('*', (_event, given) => {
      context = given;
      spread = { ...given };
    });
    await deliver();
    expect(Object.keys(spread ?? {}).sort()).toEqual([
      'attempt',
      'deliveryKey',
      'env',
      'headers',
      'rawBody',
      'requestId',
      'secretIndex',
      'signal',
    ]);
    expect(spread?.signal).toBe(context?.signal);
    expect(spread?.deliveryKey).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('a store that does not keep to its interface', () => {
  const store = (claim: unknown): IdempotencyStore => ({
    claim: claim as IdempotencyStore['claim'],
    complete: async () => true,
    release: async () => true,
  });

  it.each([
    ['undefined', async () => undefined],
    ['null', async () => null],
    ['a word', async () => 'claimed'],
    ['a state nobody knows', async () => ({ state: 'locked' })],
    ['a claim without a token', async () => ({ state: 'claimed', attempt: 1 })],
    ['a claim with an empty token', async () => ({ state: 'claimed', token: '', attempt: 1 })],
    [
      'a throw before there is a promise',
      () => {
        throw new Error('down');
      },
    ],
  ])('is not trusted: claim gives %s', async (_, claim) => {
    const { receiver, errors, deliver } = testReceiver({ idempotency: store(claim) });
    const handler = vi.fn();
    receiver.on('*', handler);
    expect(await deliver()).toMatchObject({
      result: 'failed',
      status: 503,
      headers: { 'retry-after': expect.any(String) },
      error: { code: 'store_unavailable' },
    });
    expect(handler).not.toHaveBeenCalled();
    expect(errors).toMatchObject([{ code: 'store_unavailable' }]);
  });
});

it('an inbox that throws before there is a promise is a store that is not available', async () => {
  const accept = () => {
    throw new Error('closed');
  };
  const { deliver } = testReceiver({ inbox: { accept } });
  expect(await deliver()).toMatchObject({ status: 503, error: { code: 'store_unavailable' } });
});

it.each([
  ['of unknown length', {}],
  ['of declared length', { 'content-length': '100' }],
])('a sender that goes away is body_aborted, though its stream only hangs (%s)', async (_, headers) => {
  const { receiver } = testReceiver({ bodyTimeout: 1_000 });
  const away = new AbortController();
  const request = new Request('http://localhost/', {
    method: 'POST',
    headers: { 'x-videocloud-signature': await sign('', SECRET), ...headers },
    body: new ReadableStream({ pull: () => new Promise(() => undefined) }),
    signal: away.signal,
    duplex: 'half',
  } as RequestInit);
  setTimeout(() => away.abort(), 50);
  const response = await receiver.fetch(request);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { code: 'body_aborted' } });
});
