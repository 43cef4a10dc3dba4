import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Claim, type ErrorInfo, type IdempotencyStore, memoryStore } from '../../src/index.js';
import { deferred, eventBody, testReceiver } from './support.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const body = eventBody();
const digest = createHash('sha256').update(body).digest('hex');
const never = <T>() => new Promise<T>(() => undefined);
const storeWith = (changes: Partial<IdempotencyStore>): IdempotencyStore => {
  const inner = memoryStore();
  return {
    claim: (key, times) => inner.claim(key, times),
    complete: (key, token, ttl) => inner.complete(key, token, ttl),
    release: (key, token) => inner.release(key, token),
    ...changes,
  };
};

describe('a store that cannot be asked', () => {
  it('keeps the handler from running: 503, try again', async () => {
    const down = new Error('connection refused');
    const infos: ErrorInfo[] = [];
    const { receiver, deliver } = testReceiver({
      idempotency: storeWith({ claim: () => Promise.reject(down) }),
      onError: (_, info) => infos.push(info),
    });
    receiver.on('*', () => expect.unreachable());
    expect(await deliver()).toMatchObject({
      result: 'failed',
      status: 503,
      headers: { 'retry-after': '10' },
      error: { code: 'store_unavailable', cause: down },
      event: { event: 'video.deleted' },
    });
    expect(infos).toEqual([
      { event: JSON.parse(body), rawBody: new TextEncoder().encode(body), deliveryKey: digest, attempt: 1 },
    ]);
  });

  it('times out after storeTimeout', async () => {
    const { receiver, deliver, errors } = testReceiver({ idempotency: storeWith({ claim: () => never<Claim>() }) });
    receiver.on('*', () => expect.unreachable());
    let answered = false;
    const outcome = deliver().finally(() => {
      answered = true;
    });
    await vi.advanceTimersByTimeAsync(1_990);
    expect(answered).toBe(false);
    await vi.advanceTimersByTimeAsync(20);
    expect(await outcome).toMatchObject({ status: 503, error: { code: 'store_unavailable' } });
    expect(errors[0]?.cause).toEqual(new Error('The store did not answer within 2000 ms'));
  });

  it('may answer just in time', async () => {
    const slow = storeWith({});
    const claim = slow.claim;
    slow.claim = async (key, times) => {
      await new Promise((resolve) => setTimeout(resolve, 1_900));
      return claim(key, times);
    };
    const { receiver, deliver } = testReceiver({ idempotency: slow });
    receiver.on('*', () => undefined);
    const outcome = deliver();
    await vi.advanceTimersByTimeAsync(1_900);
    expect(await outcome).toMatchObject({ result: 'processed' });
    // No deadline is left behind.
    await vi.advanceTimersByTimeAsync(5_000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('changes no answer once the handler has run, and is reported', async () => {
    const down = new Error('gone');
    for (const [fault, timeout] of [
      [() => Promise.reject(down), false],
      [() => never<boolean>(), true],
    ] as const) {
      const infos: ErrorInfo[] = [];
      const done = testReceiver({
        idempotency: storeWith({ complete: fault }),
        onError: (_, info) => infos.push(info),
      });
      done.receiver.on('*', () => undefined);
      const processed = done.deliver();
      await vi.advanceTimersByTimeAsync(2_100);
      expect(await processed).toMatchObject({ result: 'processed', status: 200 });
      expect(infos).toMatchObject([{ deliveryKey: digest, attempt: 1 }]);

      const failed = testReceiver({ idempotency: storeWith({ release: fault }) });
      failed.receiver.on('*', () => Promise.reject(new Error('x')));
      const answer = failed.deliver();
      await vi.advanceTimersByTimeAsync(2_100);
      expect(await answer).toMatchObject({ result: 'failed', status: 500 });
      expect(failed.errors.map(({ code }) => code)).toEqual(['handler_failed', 'store_unavailable']);
      if (!timeout) expect(failed.errors[1]?.cause).toBe(down);
    }
  });

  it('may have lost the claim: still the answer of the handler', async () => {
    const { receiver, deliver, errors } = testReceiver({ idempotency: storeWith({ complete: async () => false }) });
    receiver.on('*', () => undefined);
    expect(await deliver()).toMatchObject({ result: 'processed', status: 200 });
    expect(errors).toEqual([]);
  });
});

describe('a handler that runs out of time', () => {
  const start = async (work: Promise<void>) => {
    const calls: string[] = [];
    const inner = memoryStore();
    const store = storeWith({
      claim: (key, times) => inner.claim(key, times),
      complete: (key, token, ttl) => {
        calls.push('complete');
        return inner.complete(key, token, ttl);
      },
      release: (key, token) => {
        calls.push('release');
        return inner.release(key, token);
      },
    });
    const t = testReceiver({ idempotency: { store, lease: 10_000 }, handlerTimeout: 5_000 });
    let runs = 0;
    t.receiver.on('*', () => (++runs === 1 ? work : undefined));
    const outcome = t.deliver();
    await vi.advanceTimersByTimeAsync(5_010);
    expect(await outcome).toMatchObject({ result: 'failed', status: 503, error: { code: 'handler_timeout' } });
    return { ...t, calls, runs: () => runs };
  };

  it('keeps its claim until it ends: well', async () => {
    const work = deferred();
    const { deliver, calls, receiver, errors, runs } = await start(work.promise);
    expect(await deliver()).toMatchObject({ status: 409, headers: { 'retry-after': '5' } });
    expect(calls).toEqual([]);
    work.resolve();
    await receiver.drain();
    expect(calls).toEqual(['complete']);
    expect(await deliver()).toMatchObject({ result: 'duplicate' });
    expect(runs()).toBe(1);
    expect(errors.map(({ code }) => code)).toEqual(['handler_timeout']);
  });

  it('or badly', async () => {
    const work = deferred();
    const { deliver, calls, receiver, errors, runs } = await start(work.promise);
    work.reject(new Error('after all'));
    await receiver.drain();
    expect(calls).toEqual(['release']);
    expect(errors.map(({ code }) => code)).toEqual(['handler_timeout', 'handler_failed']);
    expect(errors[1]?.cause).toEqual(new Error('after all'));
    expect(await deliver()).toMatchObject({ result: 'processed' });
    expect(runs()).toBe(2);
  });

  it('or never: then until its lease is over, which drain waits for', async () => {
    const { deliver, calls, receiver, runs } = await start(never<void>());
    let drained = false;
    const draining = receiver.drain().then(() => {
      drained = true;
    });
    await vi.advanceTimersByTimeAsync(4_900);
    expect(drained).toBe(false);
    await vi.advanceTimersByTimeAsync(200);
    await draining;
    expect(calls).toEqual([]);
    expect(await deliver()).toMatchObject({ result: 'processed' });
    expect(runs()).toBe(2);
  });
});
