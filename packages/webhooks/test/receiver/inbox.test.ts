import { createHash } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { createReceiver, type DeliveryInbox, type ErrorInfo, type ReceiverOptions, sign } from '../../src/index.js';
import { fixtureBytes, SECRET } from '../support.js';
import { at, bytesOf, eventBody, testReceiver } from './support.js';

const body = eventBody();
const accepting = (options: Partial<ReceiverOptions> = {}) => {
  let known = false;
  const accept = vi.fn<DeliveryInbox['accept']>(async () => {
    const duplicate = known;
    known = true;
    return { duplicate };
  });
  const handler = vi.fn();
  const t = testReceiver({ inbox: { accept }, secrets: ['new', SECRET], ...options });
  t.receiver.on('*', handler);
  return { ...t, accept, handler };
};

describe('an inbox', () => {
  it('is given what was signed, once verified; the handlers run elsewhere', async () => {
    const { deliver, accept, handler } = accepting();
    expect(await deliver()).toMatchObject({ result: 'accepted', status: 200, body: '{"received":true}' });
    expect(accept.mock.calls).toEqual([[{ event: JSON.parse(body), rawBody: bytesOf(body), secretIndex: 1 }]]);
    const copy = await deliver();
    expect(copy).toMatchObject({ result: 'duplicate', status: 200, event: { event: 'video.deleted' } });
    expect(handler).not.toHaveBeenCalled();
    expect(await deliver(body, 'a'.repeat(64))).toMatchObject({ status: 401 });
    expect(accept).toHaveBeenCalledTimes(2);
  });

  it('is left alone by dispatch', async () => {
    const { receiver, accept, handler } = accepting();
    expect(await receiver.dispatch(body, { attempt: 2 })).toMatchObject({ result: 'processed' });
    expect(handler).toHaveBeenCalledTimes(1);
    expect(accept).not.toHaveBeenCalled();
  });

  it('takes what is no event only where onUnhandled will', async () => {
    const junk = fixtureBytes('not-json.txt');
    const refusing = accepting();
    expect(await refusing.deliver(junk)).toMatchObject({ status: 400, error: { code: 'body_not_json' } });
    expect(refusing.accept).not.toHaveBeenCalled();
    const taking = accepting({ onUnhandled: () => undefined });
    expect(await taking.deliver(junk)).toMatchObject({ result: 'accepted', status: 200 });
    expect(taking.accept.mock.calls[0]?.[0]).toEqual({ event: null, rawBody: junk, secretIndex: 1 });
  });

  it('stores nothing that is older than maxAge: its worker would run the handlers', async () => {
    const maxAge = 6_960_000;
    const old = { maxAge, now: () => Date.parse(at) + maxAge + 1 };
    const refusing = accepting(old);
    expect(await refusing.deliver()).toMatchObject({ status: 401, error: { code: 'timestamp_too_old' } });
    const onUnhandled = vi.fn();
    const taking = accepting({ ...old, onUnhandled });
    expect(await taking.deliver()).toMatchObject({ result: 'unhandled', status: 200, reason: 'timestamp_too_old' });
    expect(onUnhandled.mock.calls).toMatchObject([[{ reason: 'timestamp_too_old', rawBody: bytesOf(body) }, {}]]);
    onUnhandled.mockRejectedValueOnce(new Error('boom'));
    expect(await taking.deliver()).toMatchObject({ status: 500 });
    for (const { accept, handler } of [refusing, taking]) {
      expect([accept.mock.calls, handler.mock.calls]).toEqual([[], []]);
    }
  });

  it('tells onDuplicate of copies', async () => {
    const onDuplicate = vi.fn();
    const { deliver } = accepting({ onDuplicate });
    await deliver();
    expect(onDuplicate).not.toHaveBeenCalled();
    await deliver();
    const deliveryKey = createHash('sha256').update(body).digest('hex');
    expect(onDuplicate.mock.calls).toEqual([[{ event: JSON.parse(body), rawBody: bytesOf(body), deliveryKey }]]);
  });

  it('that fails or throws is 503, reported', async () => {
    const full = new Error('disk full');
    for (const accept of [
      () => Promise.reject(full),
      async () => {
        throw full;
      },
    ]) {
      const infos: ErrorInfo[] = [];
      const { deliver } = accepting({ inbox: { accept }, onError: (_, info) => infos.push(info) });
      expect(await deliver()).toMatchObject({
        result: 'failed',
        status: 503,
        headers: { 'retry-after': '10' },
        error: { code: 'store_unavailable', cause: full },
        event: { event: 'video.deleted' },
      });
      expect(infos).toEqual([{ event: JSON.parse(body), rawBody: bytesOf(body), deliveryKey: null, attempt: 1 }]);
    }
  });

  it('that hangs is 503 after storeTimeout', async () => {
    vi.useFakeTimers();
    try {
      const { deliver, errors } = accepting({
        inbox: { accept: () => new Promise(() => undefined) },
        storeTimeout: 1_000,
      });
      const outcome = deliver();
      await vi.advanceTimersByTimeAsync(1_100);
      expect(await outcome).toMatchObject({ status: 503, error: { code: 'store_unavailable' } });
      expect(errors[0]?.cause).toEqual(new Error('The inbox did not answer within 1000 ms'));
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('an inbox from a function of { env }', () => {
  interface Env {
    readonly inbox: DeliveryInbox;
  }
  const envOf = () => ({ inbox: { accept: vi.fn(async () => ({ duplicate: false })) } });
  const tenant = (inbox: ReceiverOptions<Env>['inbox']) => {
    const errors: unknown[] = [];
    const receiver = createReceiver<Env>({ secrets: SECRET, inbox, onError: ({ cause }) => errors.push(cause) });
    const deliver = async (env: Env) => receiver.receive({ body, signature: await sign(body, SECRET), env });
    return { deliver, errors };
  };

  it('is found once for each env object', async () => {
    const source = vi.fn(({ env }: { env: Env }) => env.inbox);
    const { deliver } = tenant(source);
    const [first, second] = [envOf(), envOf()];
    for (const env of [first, second, first]) expect(await deliver(env)).toMatchObject({ result: 'accepted' });
    expect([source, first.inbox.accept, second.inbox.accept].map(({ mock }) => mock.calls.length)).toEqual([2, 2, 1]);
  });

  it('that throws or gives no inbox is 503, reported, and asked again', async () => {
    const source = vi.fn<() => DeliveryInbox>(() => undefined as never);
    source.mockImplementationOnce(() => {
      throw new Error('no binding');
    });
    const { deliver, errors } = tenant(source);
    const env = envOf();
    for (let n = 0; n < 2; n++) expect(await deliver(env)).toMatchObject({ status: 503 });
    expect(errors).toEqual([new Error('no binding'), new TypeError('inbox must return an inbox with accept')]);
    source.mockReturnValue(env.inbox);
    expect(await deliver(env)).toMatchObject({ result: 'accepted' });
  });
});
