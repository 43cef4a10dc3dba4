import { type TracingChannelSubscribers, tracingChannel } from 'node:diagnostics_channel';
import { afterEach, describe, expect, it } from 'vitest';
import { type TraceContext, traceChannel, tracedError } from '../../src/channels/index.js';

const NAME = 'videocloud-webhooks.test';
const traced = traceChannel<TraceContext>(NAME);
const subscribed: TracingChannelSubscribers<TraceContext>[] = [];

/** The messages published from now on, with a clone of their context. */
function record(onStart: (context: TraceContext) => void = () => undefined): [string, TraceContext][] {
  const messages: [string, TraceContext][] = [];
  const note = (message: string) => (context: unknown) => {
    messages.push([message, structuredClone(context) as TraceContext]);
    if (message === 'start') onStart(context as TraceContext);
  };
  const subscribers = Object.fromEntries(
    ['start', 'end', 'asyncStart', 'asyncEnd', 'error'].map((message) => [message, note(message)]),
  ) as unknown as TracingChannelSubscribers<TraceContext>;
  tracingChannel<unknown, TraceContext>(NAME).subscribe(subscribers);
  subscribed.push(subscribers);
  return messages;
}

afterEach(() => {
  for (const subscribers of subscribed.splice(0)) tracingChannel<unknown, TraceContext>(NAME).unsubscribe(subscribers);
});

function raise(): never {
  throw new Error('raised');
}

describe('a trace channel', () => {
  it('is active only while somebody subscribes', () => {
    expect(traced.active).toBe(false);
    record();
    expect(traced.active).toBe(true);
  });

  it('publishes work that succeeds', async () => {
    const messages = record();
    const context: TraceContext = {};
    expect(
      await traced.trace(context, async () => {
        context.result = 'processed';
        return 7;
      }),
    ).toBe(7);
    expect(messages.map(([message]) => message)).toEqual(['start', 'end', 'asyncStart', 'asyncEnd']);
    expect(messages.at(-1)?.[1]).toEqual({ result: 'processed' });
  });

  it('publishes work that rejects, without the thrown value', async () => {
    const messages = record();
    const thrown = Object.assign(new TypeError('no'), { code: 'ECONNREFUSED', secret: 'whsec' });
    await expect(traced.trace({}, () => Promise.reject(thrown))).rejects.toBe(thrown);
    expect(messages.map(([message]) => message)).toEqual(['start', 'end', 'error', 'asyncStart', 'asyncEnd']);
    expect(messages.at(-1)?.[1]).toEqual({ error: { code: 'ECONNREFUSED', name: 'TypeError', message: 'no' } });
  });

  it('publishes work that throws before it gives a promise', async () => {
    const messages = record();
    const work = () => {
      throw new RangeError('at once');
    };
    await expect(traced.trace({}, work)).rejects.toThrow('at once');
    expect(messages.map(([message]) => message)).toEqual(['start', 'error', 'end']);
  });

  it('calls the work through the hook of a start subscriber, and publishes no function', async () => {
    const order: string[] = [];
    const messages = record((context) => {
      context.run = (work) => {
        order.push('run');
        return work();
      };
    });
    await traced.trace({}, async () => void order.push('work'));
    expect(order).toEqual(['run', 'work']);
    expect(messages).toHaveLength(4);
  });

  it.each<[string, (work: () => unknown) => unknown]>([
    ['never calls it', () => undefined],
    ['calls it twice', (work) => [work(), work()]],
    ['throws before', () => raise()],
    ['throws after', (work) => [work(), raise()]],
    ['gives another value', (work) => [work(), 'other']],
    ['gives a promise of its own', async (work) => [await work()]],
    ['is not a function', 7 as never],
  ])('does the work once, and gives its own result, where the hook %s', async (_, run) => {
    record((context) => {
      context.run = run as NonNullable<TraceContext['run']>;
    });
    let calls = 0;
    expect(await traced.trace({}, async () => ++calls)).toBe(1);
    const thrown = new Error('of the work');
    const failing = () => {
      calls++;
      return Promise.reject(thrown);
    };
    await expect(traced.trace({}, failing)).rejects.toBe(thrown);
    const throwing = () => {
      calls++;
      return raise();
    };
    await expect(traced.trace({}, throwing)).rejects.toThrow('raised');
    expect(calls).toBe(3);
  });
});

describe('tracedError', () => {
  it.each([
    [undefined, 'undefined', 'undefined'],
    [null, 'object', 'null'],
    ['text', 'string', 'text'],
    [{ message: 'plain' }, 'object', 'plain'],
  ])('reads %j', (thrown, name, message) => {
    expect(tracedError(thrown)).toEqual({ code: null, name, message });
  });

  it('survives a value that cannot be read', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(tracedError(proxy)).toEqual({ code: null, name: 'unknown', message: 'The thrown value cannot be read' });
  });

  it('bounds the message', () => {
    expect(tracedError(new Error('x'.repeat(1_000_000))).message).toHaveLength(1_000);
  });
});
