import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Context, type DeadLetter, memoryStore } from '../../src/index.js';
import * as hmac from '../../src/runtime/node.js';
import { fixtureBytes, SECRET } from '../support.js';
import { deferred, eventBody, testReceiver } from './support.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const turn = () => vi.advanceTimersByTimeAsync(1);
const boom = new Error('boom');

describe("acknowledge: 'before'", () => {
  it('answers first, runs the handlers afterwards, under waitUntil', async () => {
    const order: string[] = [];
    const { receiver } = testReceiver({ acknowledge: 'before' });
    receiver.on('*', () => void order.push('handled'));
    const kept: Promise<unknown>[] = [];
    const body = eventBody();
    const outcome = await receiver.receive(
      { body, signature: hmac.hmacHex(SECRET, Buffer.from(body)) },
      { waitUntil: (work) => kept.push(work) },
    );
    order.push('answered');
    expect(outcome).toMatchObject({ result: 'accepted', status: 200, event: { event: 'video.deleted' } });
    await turn();
    expect(order).toEqual(['answered', 'handled']);
    expect(kept).toHaveLength(1);
    await Promise.all(kept);
    await receiver.drain();
  });

  it('is waited for by drain', async () => {
    const work = deferred();
    const { receiver, deliver } = testReceiver({ acknowledge: 'before' });
    receiver.on('*', () => work.promise);
    await deliver();
    await turn();
    let drained = false;
    const draining = receiver.drain().then(() => {
      drained = true;
    });
    await turn();
    expect(drained).toBe(false);
    work.resolve();
    await draining;
  });

  it('answers copies 200 meanwhile and afterwards', async () => {
    const work = deferred();
    const onDuplicate = vi.fn();
    const handler = vi.fn(() => work.promise);
    const { receiver, deliver } = testReceiver({ acknowledge: 'before', idempotency: memoryStore(), onDuplicate });
    receiver.on('*', handler);
    expect(await deliver()).toMatchObject({ result: 'accepted' });
    await turn();
    expect(await deliver()).toMatchObject({ result: 'duplicate', status: 200 });
    work.resolve();
    await receiver.drain();
    expect(await deliver()).toMatchObject({ result: 'duplicate', status: 200 });
    expect(handler).toHaveBeenCalledTimes(1);
    expect(onDuplicate).toHaveBeenCalledTimes(2);
  });

  it('dead-letters the first failure: nobody will retry what was answered 200', async () => {
    const letters: DeadLetter[] = [];
    const { receiver, deliver, errors } = testReceiver({
      acknowledge: 'before',
      idempotency: memoryStore(),
      onDeadLetter: (letter) => void letters.push(letter),
    });
    receiver.on('*', () => Promise.reject(boom));
    await deliver();
    await turn();
    await receiver.drain();
    expect(letters).toMatchObject([{ attempt: 1, error: { code: 'handler_failed', cause: boom } }]);
    expect(errors.map(({ code }) => code)).toEqual(['handler_failed']);
    expect(await deliver()).toMatchObject({ result: 'duplicate' });
  });

  it('dead-letters without a store too, also what ran out of time', async () => {
    const letters: DeadLetter[] = [];
    const { receiver, deliver } = testReceiver({
      acknowledge: 'before',
      onDeadLetter: (letter) => void letters.push(letter),
    });
    receiver.on('*', () => new Promise(() => undefined));
    await deliver();
    await vi.advanceTimersByTimeAsync(25_100);
    expect(letters).toMatchObject([{ attempt: 1, error: { code: 'handler_timeout' } }]);
    // The handler may still be at work: it is waited for, though not forever.
    const drained = receiver.drain();
    await vi.advanceTimersByTimeAsync(20_100);
    await drained;
  });

  it('without a place for dead letters, a failure gives the claim back', async () => {
    const { receiver, deliver, errors } = testReceiver({ acknowledge: 'before', idempotency: memoryStore() });
    let runs = 0;
    receiver.on('*', () => {
      if (++runs === 1) throw boom;
    });
    await deliver();
    await turn();
    await receiver.drain();
    expect(errors.map(({ code }) => code)).toEqual(['handler_failed']);
    expect(await deliver()).toMatchObject({ result: 'accepted' });
    await turn();
    await receiver.drain();
    expect(runs).toBe(2);
    expect(await deliver()).toMatchObject({ result: 'duplicate' });
  });

  it('without one, a handler that is late after all completes its claim', async () => {
    const work = deferred();
    const { receiver, deliver, errors } = testReceiver({ acknowledge: 'before', idempotency: memoryStore() });
    receiver.on('*', () => work.promise);
    await deliver();
    await vi.advanceTimersByTimeAsync(25_100);
    expect(errors.map(({ code }) => code)).toEqual(['handler_timeout']);
    work.resolve();
    await receiver.drain();
    // Past every lease: what is remembered now is that it was done.
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await deliver()).toMatchObject({ result: 'duplicate' });
  });

  it('keeps what is refused, unhandled or dispatched as it is', async () => {
    const { receiver, deliver } = testReceiver({ acknowledge: 'before' });
    expect(await deliver(eventBody(), 'x')).toMatchObject({ status: 401 });
    expect(await deliver()).toMatchObject({ result: 'unhandled', status: 200 });
    expect(await deliver(fixtureBytes('not-json.txt'))).toMatchObject({ status: 400 });
    receiver.on('*', () => {
      throw boom;
    });
    expect(await receiver.dispatch(eventBody())).toMatchObject({ result: 'failed', status: 500 });
  });

  it('runs although waitUntil throws, and says so', async () => {
    const { receiver, errors } = testReceiver({ acknowledge: 'before' });
    const handler = vi.fn();
    receiver.on('*', handler);
    const outside = new Error('`after` was called outside a request');
    const body = eventBody();
    const outcome = await receiver.receive(
      { body, signature: hmac.hmacHex(SECRET, Buffer.from(body)) },
      {
        waitUntil: () => {
          throw outside;
        },
      },
    );
    expect(outcome.result).toBe('accepted');
    await turn();
    expect(handler).toHaveBeenCalledTimes(1);
    expect(errors).toMatchObject([{ code: 'handler_failed', message: 'waitUntil threw', cause: outside }]);
  });
});

describe("acknowledge: 'after' under waitUntil", () => {
  it('keeps the platform alive for what takes a promise', async () => {
    const { receiver } = testReceiver();
    const work = deferred();
    const contexts: Context[] = [];
    receiver.on('*', (_, context) => {
      contexts.push(context);
      return work.promise;
    });
    const kept: Promise<unknown>[] = [];
    const body = eventBody();
    const outcome = receiver.receive(
      { body, signature: hmac.hmacHex(SECRET, Buffer.from(body)) },
      { waitUntil: (promise) => kept.push(promise) },
    );
    await turn();
    expect(kept).toHaveLength(1);
    work.resolve();
    expect(await kept[0]).toBe(await outcome);
    expect(contexts[0]?.signal.aborted).toBe(false);
  });

  it('gets the work of handlers that ended at once, too', async () => {
    const { receiver } = testReceiver({ idempotency: memoryStore() });
    let runs = 0;
    receiver.on('*', () => void runs++);
    const kept: Promise<unknown>[] = [];
    const body = eventBody();
    const outcome = await receiver.receive(
      { body, signature: hmac.hmacHex(SECRET, Buffer.from(body)) },
      { waitUntil: (promise) => kept.push(promise) },
    );
    expect(runs).toBe(1);
    expect(await Promise.all(kept)).toEqual([outcome]);
  });
});
