import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Context, type IdempotencyStore, memoryStore } from '../../src/index.js';
import { fixtureBytes } from '../support.js';
import { bytesOf, deferred, eventBody, testReceiver } from './support.js';

// The clock is the only thing replaced: a store that answers late and a handler that overruns take no real seconds.
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const body = eventBody();
const digest = createHash('sha256').update(body).digest('hex');
const never = <T>() => new Promise<T>(() => undefined);

/** A memory store that writes down what it is asked. */
function recorded(): { store: IdempotencyStore; calls: unknown[][] } {
  const inner = memoryStore();
  const calls: unknown[][] = [];
  const log =
    <A extends unknown[], R>(name: string, work: (...args: A) => R) =>
    (...args: A): R => {
      calls.push([name, ...args]);
      return work(...args);
    };
  const store = {
    claim: log('claim', (key: string, times: { leaseMs: number; ttlMs: number }) => inner.claim(key, times)),
    complete: log('complete', (key: string, token: string, ttl: number) => inner.complete(key, token, ttl)),
    release: log('release', (key: string, token: string) => inner.release(key, token)),
  };
  return { store, calls };
}

describe('a copy', () => {
  it('of a handled event is a duplicate, and calls onDuplicate', async () => {
    const { store, calls } = recorded();
    const onDuplicate = vi.fn();
    const handler = vi.fn();
    const { receiver, deliver } = testReceiver({ idempotency: { store, ttl: 7_000_000, lease: 30_000 }, onDuplicate });
    receiver.on('*', handler);
    expect(await deliver()).toMatchObject({ result: 'processed', status: 200 });
    const copy = await deliver();
    expect(copy).toMatchObject({ result: 'duplicate', status: 200, body: '{"received":true}' });
    expect(copy.event?.event).toBe('video.deleted');
    expect(handler).toHaveBeenCalledTimes(1);
    expect(handler.mock.calls[0]?.[1]).toMatchObject({ deliveryKey: digest, attempt: 1 });
    expect(onDuplicate.mock.calls).toEqual([
      [{ event: JSON.parse(body), rawBody: bytesOf(body), deliveryKey: digest }],
    ]);
    expect(calls).toEqual([
      ['claim', digest, { leaseMs: 30_000, ttlMs: 7_000_000 }],
      ['complete', digest, '1', 7_000_000],
      ['claim', digest, { leaseMs: 30_000, ttlMs: 7_000_000 }],
    ]);
  });

  it('of an event being handled is to come again, after the rest of the lease', async () => {
    const work = deferred();
    const onDuplicate = vi.fn();
    const { receiver, deliver, errors } = testReceiver({ idempotency: memoryStore(), onDuplicate });
    receiver.on('*', () => work.promise);
    const first = deliver();
    await vi.advanceTimersByTimeAsync(4_400);
    expect(await deliver()).toMatchObject({
      result: 'failed',
      status: 409,
      headers: { 'content-type': 'application/json', 'retry-after': '41' },
      error: { code: 'event_in_progress' },
      event: { event: 'video.deleted' },
    });
    work.resolve();
    expect(await first).toMatchObject({ result: 'processed' });
    expect(onDuplicate).not.toHaveBeenCalled();
    expect(errors).toEqual([]);
  });

  it('of a failed event is handled again, and counted', async () => {
    const { store, calls } = recorded();
    const attempts: number[] = [];
    const { receiver, deliver } = testReceiver({ idempotency: store });
    receiver.on('*', (_, context) => {
      if (attempts.push(context.attempt) < 3) throw new Error('not yet');
    });
    expect(await deliver()).toMatchObject({ result: 'failed', status: 500, error: { code: 'handler_failed' } });
    expect((await deliver()).status).toBe(500);
    expect(await deliver()).toMatchObject({ result: 'processed' });
    expect(attempts).toEqual([1, 2, 3]);
    expect(calls.map(([name, , token]) => (name === 'claim' ? name : `${name} ${token}`))).toEqual([
      ...['claim', 'release 1', 'claim', 'release 2', 'claim', 'complete 3'],
    ]);
  });

  it('of an event nobody handles, or only onUnhandled does, is a duplicate too', async () => {
    const { deliver } = testReceiver({ idempotency: memoryStore() });
    expect(await deliver()).toMatchObject({ result: 'unhandled', status: 200 });
    expect(await deliver()).toMatchObject({ result: 'duplicate', status: 200 });

    const onUnhandled = vi.fn();
    const other = testReceiver({ idempotency: memoryStore(), onUnhandled });
    const junk = fixtureBytes('not-json.txt');
    expect(await other.deliver(junk)).toMatchObject({ result: 'unhandled', status: 200 });
    expect(await other.deliver(junk)).toMatchObject({ result: 'duplicate', status: 200 });
    expect(onUnhandled).toHaveBeenCalledTimes(1);
    const context: Context = onUnhandled.mock.calls[0]?.[1];
    expect(context.deliveryKey).toBe(createHash('sha256').update(junk).digest('hex'));
  });
});

describe('the key', () => {
  it('is what the function says, of the delivery', async () => {
    const key = vi.fn(() => 'same');
    const { store, calls } = recorded();
    const { receiver, deliver } = testReceiver({ idempotency: { store, key } });
    const handler = vi.fn();
    receiver.on('*', handler);
    await deliver();
    expect(await deliver(eventBody('video.deleted', { videoId: 'other' }))).toMatchObject({ result: 'duplicate' });
    expect(key.mock.calls[0]).toEqual([{ event: JSON.parse(body), rawBody: bytesOf(body), secretIndex: 0 }]);
    expect(handler.mock.calls[0]?.[1].deliveryKey).toBe('same');
    expect(calls.every(([, given]) => given === 'same')).toBe(true);
  });

  it('null means: do not deduplicate', async () => {
    const { store, calls } = recorded();
    const { receiver, deliver } = testReceiver({ idempotency: { store, key: async () => null } });
    const handler = vi.fn();
    receiver.on('*', handler);
    for (let n = 0; n < 2; n++) expect(await deliver()).toMatchObject({ result: 'processed' });
    expect(handler).toHaveBeenCalledTimes(2);
    expect(handler.mock.calls[0]?.[1]).toMatchObject({ deliveryKey: null, attempt: 1 });
    expect(calls).toEqual([]);
  });

  it('is the digest of bytes that are no event, which no function is asked about', async () => {
    const key = vi.fn(() => 'k');
    const { store, calls } = recorded();
    const { deliver } = testReceiver({ idempotency: { store, key }, onUnhandled: () => undefined });
    const junk = fixtureBytes('array.json');
    await deliver(junk);
    expect(key).not.toHaveBeenCalled();
    expect(calls[0]?.[1]).toBe(createHash('sha256').update(junk).digest('hex'));
  });

  it.each([['' as string | null], [7 as never], [undefined as never], [{} as never]])(
    'must not be %j',
    async (given) => {
      const { store, calls } = recorded();
      const { receiver, deliver, errors } = testReceiver({ idempotency: { store, key: () => given } });
      receiver.on('*', () => expect.unreachable());
      expect(await deliver()).toMatchObject({ result: 'failed', status: 500 });
      expect(errors).toHaveLength(1);
      expect(errors[0]?.cause).toEqual(
        new TypeError('idempotency.key must return a non-empty string, or null for "do not deduplicate"'),
      );
      expect(calls).toEqual([]);
    },
  );

  it('times out after storeTimeout', async () => {
    const { store } = recorded();
    const key = () => never<string>();
    const { receiver, deliver, errors } = testReceiver({ idempotency: { store, key }, storeTimeout: 1_500 });
    receiver.on('*', () => expect.unreachable());
    const outcome = deliver();
    await vi.advanceTimersByTimeAsync(1_600);
    expect(await outcome).toMatchObject({ result: 'failed', status: 500, error: { code: 'handler_failed' } });
    expect(errors[0]?.cause).toEqual(new Error('The key function did not answer within 1500 ms'));
  });

  it('may fail: 500, and nothing runs', async () => {
    const broken = new Error('no id');
    const { receiver, deliver, errors } = testReceiver({
      idempotency: {
        store: memoryStore(),
        key: () => {
          throw broken;
        },
      },
    });
    receiver.on('*', () => expect.unreachable());
    expect((await deliver()).status).toBe(500);
    expect(errors[0]).toMatchObject({ code: 'handler_failed', cause: broken });
  });
});
