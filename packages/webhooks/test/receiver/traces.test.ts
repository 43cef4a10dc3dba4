import { type TracingChannelSubscribers, tracingChannel } from 'node:diagnostics_channel';
import { afterEach, describe, expect, it } from 'vitest';
import { CHANNELS, type HandlerTrace, type TraceContext } from '../../src/channels/index.js';
import { createReceiver, memoryStore, sign } from '../../src/index.js';
import { fixture, signedBody, signedRequest } from '../../src/testing/index.js';

const SECRET = 'a secret of the traces';
const URL = 'https://receiver.test/webhooks';
const unsubscribe: (() => void)[] = [];
afterEach(() => {
  for (const stop of unsubscribe.splice(0)) stop();
});

/** The contexts published to a channel, as they are at the end of the work. */
function traced(name: string, onStart?: (context: TraceContext) => void): TraceContext[] {
  const ended: TraceContext[] = [];
  const clone = (context: unknown) => structuredClone(context) as TraceContext;
  const subscribers = {
    start: (context: unknown) => onStart?.(context as TraceContext),
    asyncEnd: (context: unknown) => ended.push(clone(context)),
    end: () => undefined,
    asyncStart: () => undefined,
    error: () => undefined,
  } as unknown as TracingChannelSubscribers<TraceContext>;
  const channel = tracingChannel<unknown, TraceContext>(name);
  channel.subscribe(subscribers);
  unsubscribe.push(() => channel.unsubscribe(subscribers));
  return ended;
}

const quiet = { secrets: SECRET, onError: () => undefined };

describe('the delivery channel', () => {
  it('has one message for each answered request, refusals included', async () => {
    const deliveries = traced(CHANNELS.delivery);
    const receiver = createReceiver(quiet).on('video.processed', () => undefined);
    await receiver.fetch(await signedRequest(URL, fixture('video.processed'), SECRET));
    await receiver.fetch(await signedRequest(URL, fixture('video.processed'), 'another secret'));
    await receiver.fetch(new Request(URL));
    expect(deliveries.map(({ result, code }) => [result, code])).toEqual([
      ['processed', undefined],
      ['rejected', 'signature_mismatch'],
      ['rejected', 'method_not_allowed'],
    ]);
    expect(deliveries[0]).toMatchObject({ phase: 'answer', status: 200, event: 'video.processed', secretIndex: 0 });
  });

  it('counts 20 deliveries with a wrong secret as 20', async () => {
    const deliveries = traced(CHANNELS.delivery);
    const receiver = createReceiver(quiet);
    for (let count = 0; count < 20; count++)
      await receiver.fetch(await signedRequest(URL, fixture('user.created'), 'wrong secret'));
    expect(deliveries.filter(({ code }) => code === 'signature_mismatch')).toHaveLength(20);
  });

  it('has the phase handling for bytes that came through dispatch', async () => {
    const deliveries = traced(CHANNELS.delivery);
    await createReceiver(quiet).dispatch(JSON.stringify(fixture('video.deleted')));
    expect(deliveries).toMatchObject([{ phase: 'handling', result: 'unhandled' }]);
  });

  it('holds no body, header, secret or signature', async () => {
    const deliveries = [...Object.values(CHANNELS).flatMap((name) => [traced(name)])];
    const store = memoryStore();
    const receiver = createReceiver({ ...quiet, idempotency: store }).on('user.created', () => {
      throw new Error('no');
    });
    const event = fixture('user.created', { data: { userId: 'usr_needle_in_body' } });
    const { body, signature } = await signedBody(event, SECRET);
    await receiver.receive({ body, signature, headers: { cookie: 'needle-in-header' } });
    await receiver.receive({ body, signature: await sign(body, 'another secret') });
    const text = JSON.stringify(deliveries);
    for (const needle of ['needle', SECRET, signature, 'another secret']) expect(text).not.toContain(needle);
  });
});

describe('the handler channel', () => {
  it('says what the handlers came to', async () => {
    const runs = traced(CHANNELS.handler) as HandlerTrace[];
    const receiver = createReceiver(quiet).on('video.*', (event) => {
      if (event.event === 'video.deleted') throw new TypeError('broken');
    });
    await receiver.fetch(await signedRequest(URL, fixture('video.processed'), SECRET));
    await receiver.fetch(await signedRequest(URL, fixture('video.deleted'), SECRET));
    expect(runs).toMatchObject([
      { event: 'video.processed', result: 'processed', dispatched: false },
      {
        event: 'video.deleted',
        result: 'failed',
        code: 'handler_failed',
        error: { name: 'TypeError', message: 'broken' },
      },
    ]);
    expect(runs[0]?.deliveryKey).toMatch(/^[0-9a-f]{64}$/);
  });

  it('calls the handlers through the hook of a start subscriber', async () => {
    const order: string[] = [];
    traced(CHANNELS.handler, (context) => {
      context.run = (work) => {
        order.push('hook');
        return work();
      };
    });
    const receiver = createReceiver(quiet).on('video.processed', () => void order.push('handler'));
    await receiver.fetch(await signedRequest(URL, fixture('video.processed'), SECRET));
    expect(order).toEqual(['hook', 'handler']);
  });

  it('publishes the run in the background when the answer is given before it', async () => {
    const runs = traced(CHANNELS.handler);
    const receiver = createReceiver({ ...quiet, acknowledge: 'before' }).on('video.processed', () => undefined);
    await receiver.fetch(await signedRequest(URL, fixture('video.processed'), SECRET));
    await receiver.drain();
    expect(runs).toMatchObject([{ result: 'processed' }]);
  });

  it.each([
    ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', true],
    ['00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01', false],
    ['anything else', false],
  ])('carries traceparent %s: %s', async (traceparent, carried) => {
    const runs = traced(CHANNELS.handler) as HandlerTrace[];
    const receiver = createReceiver(quiet).on('video.processed', () => undefined);
    const { body, signature } = await signedBody(fixture('video.processed'), SECRET);
    await receiver.receive({ body, signature, headers: { traceparent } });
    expect(runs[0]?.carrier).toEqual(carried ? { traceparent } : null);
  });

  it('carries the trace that dispatch is given', async () => {
    const runs = traced(CHANNELS.handler) as HandlerTrace[];
    const carrier = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };
    const receiver = createReceiver(quiet).on('video.processed', () => undefined);
    await receiver.dispatch(JSON.stringify(fixture('video.processed')), { carrier });
    expect(runs).toMatchObject([{ dispatched: true, carrier }]);
  });
});

describe('the store channel', () => {
  it('has each step and its reply', async () => {
    const steps = traced(CHANNELS.store);
    const receiver = createReceiver({ ...quiet, idempotency: memoryStore() }).on('video.processed', () => undefined);
    for (let copy = 0; copy < 2; copy++)
      await receiver.fetch(await signedRequest(URL, fixture('video.processed'), SECRET));
    expect(steps).toMatchObject([
      { operation: 'claim', result: 'claimed' },
      { operation: 'complete', result: 'held' },
      { operation: 'claim', result: 'done' },
    ]);
  });
});
