import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type IdempotencyStore, memoryStore } from '../../src/index.js';
import { newDelivery } from '../../src/receiver/context.js';
import { pipelineOf } from '../../src/receiver/receiver.js';
import { resolveSettings } from '../../src/receiver/settings.js';
import { Verifier } from '../../src/receiver/verify.js';
import { SECRET } from '../support.js';
import { asyncStore, at, eventBody, incoming, testReceiver } from './support.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const boom = new Error('boom');

describe('without a claim', () => {
  it.each([
    ['in memory', memoryStore],
    ['elsewhere', asyncStore],
  ])('nothing is completed or released (a store %s)', async (_, store) => {
    const { receiver, deliver, errors } = testReceiver({ idempotency: { store: store(), key: () => null } });
    let runs = 0;
    receiver.on('*', () => {
      if (++runs === 2) throw boom;
    });
    expect(await deliver()).toMatchObject({ result: 'processed' });
    expect(errors).toEqual([]);
    expect(await deliver()).toMatchObject({ result: 'failed', status: 500 });
    expect(errors.map(({ code }) => code)).toEqual(['handler_failed']);
  });
});

describe('deadlines', () => {
  it('of a store that has answered are not left behind', async () => {
    const { receiver, deliver } = testReceiver({ idempotency: asyncStore() });
    receiver.on('*', () => undefined);
    expect(await deliver()).toMatchObject({ result: 'processed' });
    // One tick of the shared timer at most.
    await vi.advanceTimersByTimeAsync(300);
    expect(vi.getTimerCount()).toBe(0);
    const slow = asyncStore({
      claim: async () => {
        await new Promise((resolve) => setTimeout(resolve, 500));
        return { state: 'done' };
      },
    });
    const other = testReceiver({ idempotency: slow });
    const outcome = other.deliver();
    await vi.advanceTimersByTimeAsync(500);
    expect(await outcome).toMatchObject({ result: 'duplicate' });
    await vi.advanceTimersByTimeAsync(300);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('name who did not answer', async () => {
    const hung = () => new Promise<boolean>(() => undefined);
    const { receiver, deliver, errors } = testReceiver({ idempotency: asyncStore({ complete: hung, release: hung }) });
    let runs = 0;
    receiver.on('*', () => {
      if (++runs === 2) throw boom;
    });
    for (const videoId of ['a', 'b']) {
      const outcome = deliver(eventBody('video.deleted', { videoId }));
      await vi.advanceTimersByTimeAsync(2_100);
      await outcome;
    }
    const late = new Error('The store did not answer within 2000 ms');
    expect(errors.map(({ code, cause }) => [code, cause])).toEqual([
      ['store_unavailable', late],
      ['handler_failed', boom],
      ['store_unavailable', late],
    ]);
  });

  it('say what a store may give, when it gave something else', async () => {
    const nonsense = (() => Promise.resolve({ state: 'claimed' })) as unknown as IdempotencyStore['claim'];
    const { deliver, errors } = testReceiver({ idempotency: asyncStore({ claim: nonsense }) });
    expect(await deliver()).toMatchObject({ status: 503 });
    const words = 'claim() of the store gave neither { state: "claimed", token, attempt } nor "in_progress" nor "done"';
    expect(errors.map(({ cause }) => cause)).toEqual([new TypeError(words)]);
  });

  it('of a handler give an error without a cause', async () => {
    const { receiver, deliver, errors } = testReceiver({ handlerTimeout: 1_000 });
    receiver.on('*', () => new Promise(() => undefined));
    const outcome = deliver();
    await vi.advanceTimersByTimeAsync(1_050);
    expect(await outcome).toMatchObject({ status: 503 });
    expect(errors[0]).not.toHaveProperty('cause');
  });
});

describe('a store in memory that something else stands before', () => {
  it('is asked through that', async () => {
    const spied = memoryStore();
    const claim = vi.spyOn(spied, 'claim');
    await testReceiver({ idempotency: spied }).deliver();
    expect(claim).toHaveBeenCalledTimes(1);

    const asked: (string | symbol)[] = [];
    const proxied = new Proxy(memoryStore(), {
      get: (store, name) =>
        new Proxy(Reflect.get(store, name) as () => unknown, {
          apply(step, self, args) {
            asked.push(name);
            return Reflect.apply(step, self, args);
          },
        }),
    });
    await testReceiver({ idempotency: proxied }).deliver();
    expect(asked).toEqual(['claim', 'complete']);
  });
});

describe('the outcome has its event', () => {
  it('whatever became of it', async () => {
    const event = JSON.parse(eventBody());
    expect((await testReceiver().deliver()).event).toEqual(event);
    const given = testReceiver({ idempotency: memoryStore(), maxAttempts: 1, onDeadLetter: () => undefined });
    given.receiver.on('*', () => Promise.reject(boom));
    const dead = await given.deliver();
    expect([dead.result, dead.event]).toEqual(['dead_lettered', event]);
    const sent = Date.parse(at);
    for (const [now, code] of [
      [sent + 7_000_000, 'timestamp_too_old'],
      [sent - 301_000, 'timestamp_in_future'],
    ] as const) {
      const { deliver, errors } = testReceiver({ maxAge: 6_960_000, now: () => now });
      const refused = await deliver();
      expect([refused.error?.code, refused.event]).toEqual([code, event]);
      // A clock that is wrong is our trouble; an old event is the sender's.
      expect(errors.map((error) => error.code)).toEqual(code === 'timestamp_in_future' ? [code] : []);
    }
  });
});

describe('an odd payload', () => {
  it('is named to onError, and only where nobody takes it', async () => {
    const body = eventBody('video.processed', { videoId: 'v', formats: [{ url: 1 }] });
    const alone = testReceiver();
    await alone.deliver(body);
    expect(alone.errors.map(({ message }) => message)).toEqual([
      'The payload of video.processed does not match the catalog: data.status is required',
    ]);
    const taken = testReceiver({ onUnhandled: () => undefined });
    await taken.deliver(body);
    expect(taken.errors).toEqual([]);
  });
});

describe('a handler', () => {
  it('may give anything back, also null', async () => {
    const { receiver, deliver, errors } = testReceiver();
    for (const given of [null, undefined, 7, 'then', {}]) receiver.on('*', () => given as undefined);
    expect(await deliver()).toMatchObject({ result: 'processed', status: 200 });
    expect(errors).toEqual([]);
  });
});

describe('Retry-After', () => {
  it('is there only where it tells something', async () => {
    expect((await testReceiver().deliver(eventBody(), 'a'.repeat(64))).headers).toStrictEqual({
      'content-type': 'application/json',
    });
    const { headers } = await testReceiver({ secrets: () => Promise.reject(boom) }).deliver();
    expect(headers).toStrictEqual({ 'content-type': 'application/json', 'retry-after': '10' });
  });
});

describe('an observer', () => {
  it('may be absent, throw or reject, and changes nothing', async () => {
    const rejects = () => Promise.reject(boom);
    const throws = () => {
      throw boom;
    };
    for (const onError of [undefined, throws, rejects]) {
      const idempotency = memoryStore();
      const { receiver, deliver } = testReceiver({ idempotency, onError, onDuplicate: onError });
      let runs = 0;
      receiver.on('*', () => {
        if (++runs === 1) throw boom;
      });
      expect(await deliver()).toMatchObject({ result: 'failed', status: 500 });
      expect(await deliver()).toMatchObject({ result: 'processed' });
      expect(await deliver()).toMatchObject({ result: 'duplicate' });
    }
  });
});

describe('secrets that are not to be had', () => {
  it('are reported with what was thrown', async () => {
    const { deliver, errors } = testReceiver({ secrets: () => Promise.reject(boom) });
    await deliver();
    expect(errors).toMatchObject([{ code: 'secrets_unavailable', cause: boom }]);
  });
});

describe('the head of a request', () => {
  const verifier = new Verifier(resolveSettings({ secrets: SECRET, maxBodyBytes: 10 }));
  const judge = (encoding: unknown, length?: unknown) => {
    const headers = { 'content-encoding': encoding, 'content-length': length };
    const rejection = verifier.acceptHead(incoming(new Uint8Array(), headers), newDelivery(null));
    return rejection === null ? 'fine' : rejection.error?.code;
  };

  it('may name no encoding but identity', async () => {
    for (const fine of [undefined, null, '', ' ', 'identity', ' identity , identity', '\tIdentity\t']) {
      expect(judge(fine)).toBe('fine');
    }
    for (const odd of [
      'gzip',
      'identity, identityx',
      'identity,,identity',
      'identity,',
      'identity; q=1',
      'identity gzip',
    ]) {
      expect(judge(odd)).toBe('content_encoding_unsupported');
    }
  });

  it('may declare as many bytes as are taken', async () => {
    for (const fine of [undefined, null, '', '0', '10', '0010', '-11', '1e3', 'x'])
      expect(judge(null, fine)).toBe('fine');
    for (const large of ['11', '99999999999999999999']) expect(judge(null, large)).toBe('body_too_large');
  });
});

describe('the words of misuse', () => {
  it('of handlers, receivers and secrets', async () => {
    const { receiver } = testReceiver();
    expect(() => receiver.on('video.*', null as never)).toThrow('The handler for video.* must be a function');
    for (const odd of [7, Symbol('x'), Object.create(null), () => 'the source of a function is not shown']) {
      const message = new TypeError(`on() takes a name first, not a ${typeof odd}`);
      expect(() => receiver.on(odd as never, () => undefined)).toThrow(message);
      expect(() => receiver.on(odd as never, undefined as never)).toThrow(message);
    }
    expect(typeof pipelineOf('webhookHandler', receiver).respond).toBe('function');
    for (const odd of [undefined, null, {}, 7]) {
      expect(() => pipelineOf('webhookHandler', odd as never)).toThrow(
        'webhookHandler takes a receiver made by createReceiver()',
      );
    }
    const none = testReceiver({ secrets: () => undefined });
    await none.deliver();
    expect(none.errors[0]?.cause).toEqual(
      new TypeError('The signing secret is no string or Uint8Array: is the variable set?'),
    );
    const hung = testReceiver({ secrets: () => new Promise(() => undefined), storeTimeout: 1_000 });
    const outcome = hung.deliver();
    await vi.advanceTimersByTimeAsync(1_050);
    expect((await outcome).status).toBe(503);
    expect(hung.errors[0]?.cause).toEqual(new Error('The secrets provider did not answer in time'));
  });

  it('a memory exactly as long as the age limit is a millisecond longer', () => {
    const ttlOf = (ttl: number, maxAge?: number) =>
      resolveSettings({ secrets: SECRET, idempotency: { store: memoryStore(), ttl }, maxAge }).idempotency?.ttl;
    expect(ttlOf(7_260_000, 6_960_000)).toBe(7_260_001);
    expect(ttlOf(7_260_001, 6_960_000)).toBe(7_260_001);
    expect(ttlOf(8_000_000, 6_960_000)).toBe(8_000_000);
    expect(ttlOf(7_260_000)).toBe(7_260_000);
  });
});
