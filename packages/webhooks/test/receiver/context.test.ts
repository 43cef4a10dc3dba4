import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { type Context, createReceiver } from '../../src/index.js';
import { newDelivery } from '../../src/receiver/context.js';
import { DeliveryContext } from '../../src/receiver/handler-context.js';
import { fixture } from '../../src/testing/index.js';

const context = (signal?: AbortSignal) => {
  return new DeliveryContext(newDelivery(null, new Uint8Array(), { signal }));
};
const reason = new Error('enough');
const listeners = (signal: AbortSignal) => getEventListeners(signal, 'abort').length;

it('follows the signal it is given, and no longer than it must', () => {
  const outer = new AbortController();
  const followed = context(outer.signal);
  // Nobody has asked yet.
  expect(listeners(outer.signal)).toBe(0);
  const { signal } = followed;
  expect([signal.aborted, listeners(outer.signal)]).toEqual([false, 1]);
  expect(followed.signal).toBe(signal);
  outer.abort(reason);
  expect([signal.aborted, signal.reason, listeners(outer.signal)]).toEqual([true, reason, 0]);
});

it('is aborted from the start by a signal that was, for the same reason', () => {
  const outer = AbortSignal.abort(reason);
  const { signal } = context(outer);
  expect([signal.aborted, signal.reason, listeners(outer)]).toEqual([true, reason, 0]);
});

it('lets go of the signal it follows when time is up first', () => {
  const outer = new AbortController();
  const followed = context(outer.signal);
  const { signal } = followed;
  DeliveryContext.abort(followed, reason);
  expect([signal.aborted, signal.reason, listeners(outer.signal)]).toEqual([true, reason, 0]);
  outer.abort(new Error('later'));
  expect(signal.reason).toBe(reason);
});

it('lets go of the signal that every dispatch is given when its handler has ended, however it did', async () => {
  const shutdown = new AbortController().signal;
  const ends: ((signal: AbortSignal) => unknown)[] = [
    () => undefined,
    async () => undefined,
    () => Promise.reject(reason),
    () => {
      throw reason;
    },
  ];
  const during: number[] = [];
  for (const end of ends) {
    const receiver = createReceiver({ secrets: 'a secret', onError: () => undefined }).on('*', (_, { signal }) => {
      during.push(listeners(shutdown));
      return end(signal);
    });
    await receiver.dispatch(JSON.stringify(fixture('video.deleted')), { signal: shutdown });
  }
  expect([during, listeners(shutdown)]).toEqual([[1, 1, 1, 1], 0]);
});

it('follows nothing for work that goes on after its handler and asks only then', async () => {
  const shutdown = new AbortController();
  let context: Context | undefined;
  const receiver = createReceiver({ secrets: 'a secret' }).on('*', (_, given) => {
    context = given;
  });
  await receiver.dispatch(JSON.stringify(fixture('video.deleted')), { signal: shutdown.signal });
  expect([context?.signal.aborted, listeners(shutdown.signal)]).toEqual([false, 0]);
});

it('tells whoever asks only when time is up that it is, and why', () => {
  for (const outer of [undefined, new AbortController().signal]) {
    const late = context(outer);
    DeliveryContext.abort(late, reason);
    expect([late.signal.aborted, late.signal.reason]).toEqual([true, reason]);
  }
  // undefined is a reason too.
  const mute = context(new AbortController().signal);
  DeliveryContext.abort(mute, undefined);
  expect(mute.signal.aborted).toBe(true);
});
