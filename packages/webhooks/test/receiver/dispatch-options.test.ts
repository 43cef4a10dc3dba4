import { describe, expect, it, vi } from 'vitest';
import { type DispatchOptions, memoryStore, type Outcome } from '../../src/index.js';
import { deferred, eventBody, testReceiver } from './support.js';

const body = eventBody();

describe('dispatch with waitUntil', () => {
  /** A dispatch whose handler runs out of time; its work as the platform was given it. */
  async function outOfTime(options: Parameters<typeof testReceiver>[0] = {}) {
    vi.useFakeTimers();
    try {
      const work = deferred();
      const kept: Promise<unknown>[] = [];
      const phases: string[] = [];
      const onOutcome = ({ phase, result }: { phase: string; result: string }) =>
        void phases.push(`${phase} ${result}`);
      const t = testReceiver({ handlerTimeout: 1_000, onOutcome, ...options });
      t.receiver.on('*', () => work.promise);
      const outcome = t.receiver.dispatch(body, { waitUntil: (one) => void kept.push(one) });
      await vi.advanceTimersByTimeAsync(1_100);
      return { ...t, work, kept, phases, outcome: await outcome };
    } finally {
      vi.useRealTimers();
    }
  }

  it('keeps the platform alive until a handler that ran out of time has ended, and completes its claim', async () => {
    const { receiver, work, kept, phases, outcome } = await outOfTime({ idempotency: memoryStore() });
    expect(outcome).toMatchObject({ status: 503, error: { code: 'handler_timeout' } });
    let over = false;
    const all = Promise.all(kept).then(() => {
      over = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(over).toBe(false);
    work.resolve();
    await all;
    expect(phases).toEqual(['handling failed', 'background processed']);
    expect(await receiver.dispatch(body)).toMatchObject({ result: 'duplicate' });
  });

  it('reports a waitUntil that throws, and goes on', async () => {
    const { receiver, errors } = testReceiver();
    receiver.on('*', () => undefined);
    const waitUntil = () => {
      throw new Error('too late');
    };
    expect(await receiver.dispatch(body, { waitUntil })).toMatchObject({ result: 'processed' });
    expect(errors).toMatchObject([{ message: 'waitUntil threw', cause: { message: 'too late' } }]);
  });
});

describe('dispatch with a key', () => {
  const both = [eventBody(), eventBody()] as const;

  it('names the delivery by it: in the context, to observers and to the store', async () => {
    const named: unknown[] = [];
    const store = memoryStore();
    const claim = vi.spyOn(store, 'claim');
    const { receiver } = testReceiver({
      idempotency: store,
      onError: (_, { deliveryKey }) => named.push(deliveryKey),
      onOutcome: ({ deliveryKey }) => named.push(deliveryKey),
    });
    receiver.on('*', (_, { deliveryKey }) => {
      named.push(deliveryKey);
      throw new Error('no');
    });
    await receiver.dispatch(body, { key: 'order-7' });
    expect(named).toEqual(['order-7', 'order-7', 'order-7']);
    expect(claim.mock.calls.map(([key]) => key)).toEqual(['order-7']);
  });

  it('tells two deliveries with the same bytes apart, also for a store', async () => {
    const { receiver } = testReceiver({ idempotency: memoryStore() });
    receiver.on('*', () => undefined);
    const results: Outcome['result'][] = [];
    for (const [index, bytes] of both.entries()) {
      results.push((await receiver.dispatch(bytes, { key: `record-${index}` })).result);
    }
    expect(results).toEqual(['processed', 'processed']);
  });

  it('leaves the last word to idempotency.key', async () => {
    const { receiver } = testReceiver({ idempotency: { store: memoryStore(), key: () => 'mine' } });
    const keys: unknown[] = [];
    receiver.on('*', (_, { deliveryKey }) => void keys.push(deliveryKey));
    await receiver.dispatch(body, { key: 'theirs' });
    expect(keys).toEqual(['mine']);
  });
});

describe('dispatch refuses', () => {
  it.each<[string, unknown]>([
    ['attempt', '2'],
    ['attempt', Number.NaN],
    ['attempt', 0],
    ['attempt', -1],
    ['attempt', 1.5],
    ['attempt', Number.POSITIVE_INFINITY],
    ['attempt', null],
    ['signal', null],
    ['signal', new AbortController()],
    ['signal', 1_000],
    ['waitUntil', {}],
    ['waitUntil', null],
  ])('%s: %s, and names the option', async (name, value) => {
    const { receiver } = testReceiver();
    receiver.on('*', () => expect.unreachable());
    const given = receiver.dispatch(body, { [name]: value } as DispatchOptions);
    await expect(given).rejects.toThrow(TypeError);
    await expect(given).rejects.toThrow(new RegExp(`^${name} must be `));
  });

  it('nothing that is undefined', async () => {
    const { receiver } = testReceiver();
    receiver.on('*', () => undefined);
    const none = { attempt: undefined, signal: undefined, lease: undefined, key: undefined, waitUntil: undefined };
    expect(await receiver.dispatch(body, none)).toMatchObject({ result: 'processed' });
  });
});

it('receive refuses a waitUntil that is no function', async () => {
  const { receiver } = testReceiver();
  const given = receiver.receive({ body, signature: 'x' }, { waitUntil: {} as never });
  await expect(given).rejects.toThrow('waitUntil must be a function, not object');
});
