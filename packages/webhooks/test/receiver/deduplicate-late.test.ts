import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Claim, createReceiver, type IdempotencyStore, memoryStore } from '../../src/index.js';
import * as hmac from '../../src/runtime/node.js';
import { SECRET } from '../support.js';
import { asyncStore, deferred, eventBody, testReceiver } from './support.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

it('a claim that comes after storeTimeout is given back', async () => {
  let slow = true;
  const inner = memoryStore();
  const claim: IdempotencyStore['claim'] = async (key, times) => {
    if (slow) await wait(1_500);
    return inner.claim(key, times);
  };
  const store = asyncStore({ claim }, inner);
  const { receiver, deliver } = testReceiver({ idempotency: store, storeTimeout: 1_000 });
  let runs = 0;
  receiver.on('*', () => void runs++);
  const first = deliver();
  await vi.advanceTimersByTimeAsync(1_050);
  expect(await first).toMatchObject({ status: 503, error: { code: 'store_unavailable' } });
  slow = false;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(runs).toBe(0);
  expect(await deliver()).toMatchObject({ result: 'processed' });
  expect(runs).toBe(1);
});

it.each<Claim>([{ state: 'done' }, { state: 'in_progress', retryAfterMs: 1_000 }])(
  'of a late %o nothing is given back',
  async (late) => {
    const release = vi.fn(async () => true);
    const claim = () => wait(1_500).then(() => late);
    const { deliver } = testReceiver({ idempotency: asyncStore({ claim, release }), storeTimeout: 1_000 });
    const first = deliver();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await first).toMatchObject({ status: 503 });
    expect(release).not.toHaveBeenCalled();
  },
);

it('what a handler did after its lease is still written down, if nobody took over', async () => {
  const { receiver, deliver } = testReceiver({
    idempotency: { store: asyncStore(), lease: 1_500 },
    handlerTimeout: 1_000,
  });
  let runs = 0;
  receiver.on('*', () => {
    runs++;
    return wait(2_000);
  });
  const first = deliver();
  await vi.advanceTimersByTimeAsync(1_300);
  expect(await first).toMatchObject({ status: 503 });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await deliver()).toMatchObject({ result: 'duplicate' });
  expect(runs).toBe(1);
});

it('drain waits for a handler that ran out of time and was dead-lettered', async () => {
  const work = deferred();
  const { receiver, deliver } = testReceiver({
    acknowledge: 'before',
    handlerTimeout: 1_000,
    onDeadLetter: () => undefined,
  });
  receiver.on('*', () => work.promise);
  await deliver();
  await vi.advanceTimersByTimeAsync(1_300);
  let drained = false;
  const draining = receiver.drain().then(() => {
    drained = true;
  });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(drained).toBe(false);
  work.resolve();
  await vi.advanceTimersByTimeAsync(0);
  await draining;
});

describe('a store', () => {
  it('may be a stub whose functions have no own methods', async () => {
    const inner = memoryStore();
    const stub = (step: keyof IdempotencyStore) =>
      new Proxy(() => undefined, {
        get: () => {
          throw new Error('no such remote method');
        },
        apply: (_, __, args) => (inner[step] as (...args: unknown[]) => unknown)(...args),
      });
    const idempotency = { claim: stub('claim'), complete: stub('complete'), release: stub('release') };
    const { receiver, deliver, errors } = testReceiver({ idempotency: idempotency as unknown as IdempotencyStore });
    receiver.on('*', () => undefined);
    expect(await deliver()).toMatchObject({ status: 200 });
    expect(await deliver()).toMatchObject({ result: 'duplicate' });
    expect(errors).toEqual([]);
  });

  it.each([
    [undefined, '45'],
    [Number.NaN, '45'],
    [Number.POSITIVE_INFINITY, '45'],
    [1e12, '45'],
    [-5, '1'],
    [2_000, '2'],
  ])('that tells a wait of %s is answered with Retry-After %s', async (retryAfterMs, seconds) => {
    const claim = async () => ({ state: 'in_progress', retryAfterMs: retryAfterMs as number }) as const;
    const { deliver } = testReceiver({ idempotency: asyncStore({ claim }) });
    expect(await deliver()).toMatchObject({ status: 409, headers: { 'retry-after': seconds } });
  });

  it('is never given a ttl that it cannot add to its clock', async () => {
    const { deliver } = testReceiver({ idempotency: { store: memoryStore(), ttl: Number.MAX_SAFE_INTEGER } });
    expect(await deliver()).toMatchObject({ status: 200 });
    expect(await deliver()).toMatchObject({ result: 'duplicate' });
  });
});

it('a result that throws when it is looked at is a failure, and the claim is given back', async () => {
  const { deliver } = testReceiver({ idempotency: memoryStore(), onUnhandled: () => odd });
  const odd = Object.defineProperty({}, 'then', {
    get: () => {
      throw new Error('odd');
    },
  }) as unknown as undefined;
  const body = eventBody('video.archived');
  expect(await deliver(body)).toMatchObject({ status: 500 });
  expect(await deliver(body)).toMatchObject({ status: 500 });
});

it('waitUntil that rejects later is reported, not thrown at the process', async () => {
  const errors: unknown[] = [];
  const receiver = createReceiver({
    secrets: SECRET,
    acknowledge: 'before',
    onError: (error) => void errors.push(error),
  });
  receiver.on('*', () => undefined);
  const outside = new Error('outside a request');
  const body = eventBody();
  const signature = hmac.hmacHex(SECRET, Buffer.from(body));
  await receiver.receive({ body, signature }, { waitUntil: (() => Promise.reject(outside)) as () => void });
  await vi.advanceTimersByTimeAsync(5);
  expect(errors).toMatchObject([{ code: 'handler_failed', message: 'waitUntil threw', cause: outside }]);
});
