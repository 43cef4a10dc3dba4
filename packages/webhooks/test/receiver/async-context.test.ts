import { AsyncLocalStorage } from 'node:async_hooks';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { memoryStore, type ReceiverOptions } from '../../src/index.js';
import { deferred, eventBody, testReceiver } from './support.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const storage = new AsyncLocalStorage<string>();
const bodyOf = (id: string) => eventBody('video.deleted', { videoId: id });

describe("the caller's AsyncLocalStorage", () => {
  it.each<[string, Partial<ReceiverOptions>]>([
    ['plain', {}],
    ['with a store', { idempotency: memoryStore() }],
    ['in the background', { acknowledge: 'before' }],
  ])('is there in handlers, also when secrets are fetched once for all (%s)', async (_, options) => {
    const waiting = deferred();
    const secrets = async () => {
      await waiting.promise;
      return 'whsec-test-secret';
    };
    const { receiver, deliver } = testReceiver({ secrets, ...options });
    const seen: unknown[] = [];
    receiver.on('video.deleted', async (event) => {
      await undefined;
      seen.push([event.data.videoId, storage.getStore()]);
    });
    const all = ['a', 'b', 'c'].map((id) => storage.run(id, () => deliver(bodyOf(id))));
    await vi.advanceTimersByTimeAsync(10);
    storage.run('other', () => waiting.resolve());
    await Promise.all(all);
    await vi.advanceTimersByTimeAsync(10);
    await receiver.drain();
    expect(seen.sort()).toEqual([
      ['a', 'a'],
      ['b', 'b'],
      ['c', 'c'],
    ]);
  });

  it('is there in listeners of the signal, though deliveries share a timer', async () => {
    const { receiver, deliver } = testReceiver({ handlerTimeout: 1_000 });
    const seen: unknown[] = [];
    receiver.on('video.deleted', (event, { signal }) => {
      signal.addEventListener('abort', () => seen.push([event.data.videoId, storage.getStore()]));
      return new Promise(() => undefined);
    });
    const all = ['a', 'b'].map((id) => storage.run(id, () => deliver(bodyOf(id))));
    await vi.advanceTimersByTimeAsync(1_300);
    await Promise.all(all);
    expect(seen).toEqual([
      ['a', 'a'],
      ['b', 'b'],
    ]);
  });

  it('is there in onDeadLetter, onError and onOutcome', async () => {
    const seen: unknown[] = [];
    const note = (name: string) => () => void seen.push([name, storage.getStore()]);
    const { receiver, deliver } = testReceiver({
      idempotency: memoryStore(),
      maxAttempts: 1,
      onDeadLetter: note('onDeadLetter'),
      onError: note('onError'),
      onOutcome: note('onOutcome'),
    });
    receiver.on('*', () => Promise.reject(new Error('x')));
    await storage.run('a', () => deliver());
    expect(seen).toEqual([
      ['onError', 'a'],
      ['onDeadLetter', 'a'],
      ['onOutcome', 'a'],
    ]);
  });
});
