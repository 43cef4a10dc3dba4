import { inspect } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { createReceiver } from '../../src/index.js';
import { SECRET } from '../support.js';
import { eventBody, exampleBody, testReceiver } from './support.js';

describe('eventTypes', () => {
  const typesOf = (...patterns: Parameters<ReturnType<typeof createReceiver>['on']>[0][]) => {
    const receiver = createReceiver({ secrets: SECRET });
    for (const pattern of patterns) receiver.on(pattern, () => undefined);
    return receiver.eventTypes();
  };

  it('are the names to subscribe to: aliases folded, groups expanded, in the order of the guide', () => {
    expect(typesOf()).toEqual([]);
    expect(typesOf('user.registered')).toEqual(['user.created']);
    expect(typesOf('comment.created', 'video.deleted', 'video.deleted', 'engagement.comment')).toEqual([
      'video.deleted',
      'engagement.comment',
    ]);
    expect(typesOf('system.*', 'user.*')).toEqual([
      'user.created',
      'user.updated',
      'user.deleted',
      'system.error',
      'system.warning',
    ]);
    expect(typesOf('*')).toHaveLength(13);
  });
});

describe('a handler', () => {
  it('may return anything; a promise of any realm is asyncStore', async () => {
    const { receiver, deliver, errors } = testReceiver();
    const order: string[] = [];
    const thenable = thenableOf((resolve) =>
      setTimeout(() => {
        order.push('thenable');
        resolve(null);
      }, 5),
    );
    receiver.on('*', () => 7);
    receiver.on('*', () => thenable);
    receiver.on('*', () => void order.push('next'));
    expect(await deliver()).toMatchObject({ result: 'processed' });
    expect([order, errors]).toEqual([['thenable', 'next'], []]);
  });

  it.each<[string, () => unknown]>([
    ['undefined', () => undefined],
    ['null', () => null],
    ['a string', () => 'boom'],
    ['a symbol', () => Symbol('boom')],
    ['an object without a prototype', () => Object.create(null)],
    ['an error whose members throw', () => hostile(new Error('boom'))],
    ['a proxy that throws at everything', () => hostile({})],
    ['a revoked proxy', () => revoked()],
    ['a function', () => () => undefined],
  ])('that throws or rejects with %s is one failure, whoever looks at it', async (_, make) => {
    for (const asynchronous of [false, true]) {
      const outcomes = vi.fn();
      const { receiver, deliver, errors } = testReceiver({ onOutcome: outcomes });
      receiver.on('*', () => {
        if (asynchronous) return Promise.reject(make());
        throw make();
      });
      expect((await deliver()).status).toBe(500);
      expect(errors.map(({ code }) => code)).toEqual(['handler_failed']);
      expect(outcomes).toHaveBeenCalledTimes(1);
    }
  });

  it.each<[string, () => unknown]>([
    ['a thenable whose getter throws', () => hostile({})],
    ['a thenable that rejects twice and throws', () => thenableOf(twice)],
    ['a revoked proxy', () => revoked()],
  ])('that returns %s is one failure', async (_, make) => {
    const { receiver, deliver, errors } = testReceiver();
    receiver.on('*', make);
    expect((await deliver()).status).toBe(500);
    expect(errors.map(({ code }) => code)).toEqual(['handler_failed']);
  });

  it('prints with the default onError, whatever was thrown', async () => {
    const print = vi.spyOn(console, 'error').mockImplementation((...given) => void String(given[1]));
    for (const make of [() => hostile({}), () => revoked(), () => Symbol('x')]) {
      const { receiver, deliver } = testReceiver({ onError: undefined });
      receiver.on('*', () => {
        throw make();
      });
      expect((await deliver()).status).toBe(500);
    }
    print.mockRestore();
  });

  it('prints that there was an error where what was thrown cannot be printed', async () => {
    const printed: string[] = [];
    const print = vi.spyOn(console, 'error').mockImplementation((...given) => void printed.push(inspect(given)));
    const { receiver, deliver } = testReceiver({ onError: undefined });
    receiver.on('*', () => {
      const unprintable = () => {
        throw new Error('no text of mine');
      };
      throw { [inspect.custom]: unprintable };
    });
    expect((await deliver()).status).toBe(500);
    print.mockRestore();
    expect(printed).toEqual([expect.stringContaining('handler_failed: The handler failed')]);
  });
});

describe('a clock that throws', () => {
  it('is one clear failure', async () => {
    const now = () => {
      throw new Error('no clock');
    };
    const { receiver, deliver, errors } = testReceiver({ maxAge: 6_960_000, now });
    receiver.on('*', () => expect.unreachable());
    expect(await deliver()).toMatchObject({ status: 500, error: { code: 'handler_failed' } });
    expect(errors.map(({ cause }) => cause)).toEqual([new Error('no clock')]);
    const odd = testReceiver({ maxAge: 6_960_000, now: (() => 1n) as never });
    expect((await odd.deliver()).status).toBe(500);
    const nan = testReceiver({ maxAge: 6_960_000, now: () => Number.NaN });
    expect((await nan.deliver()).status).toBe(503);
  });
});

it('a name that on() does not know prints as one line, not as source text', () => {
  const { receiver } = testReceiver();
  expect(() => receiver.on('video.proccessed' as never, () => undefined)).toThrow(
    new TypeError("No VideoCloud event is named 'video.proccessed': did you mean 'video.processed'?"),
  );
});

it('each handler gets aliases too, in the order of registration', async () => {
  const { receiver, deliver } = testReceiver();
  const order: string[] = [];
  receiver.on('user.created', ({ event }) => order.push(`one ${event}`));
  receiver.on('user.*', ({ event }) => order.push(`two ${event}`));
  receiver.on('user.registered', ({ event }) => order.push(`three ${event}`));
  await deliver(exampleBody('user.registered'));
  await deliver(eventBody('user.created'));
  expect(order).toEqual([
    'one user.registered',
    'two user.registered',
    'three user.registered',
    'one user.created',
    'two user.created',
  ]);
});

function hostile(target: object): object {
  const trap = () => {
    throw new Error('trapped');
  };
  return new Proxy(target, {
    get: trap,
    has: trap,
    ownKeys: trap,
    getPrototypeOf: trap,
    getOwnPropertyDescriptor: trap,
  });
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function twice(_: unknown, reject: (error: unknown) => void): void {
  reject(new Error('one'));
  reject(new Error('two'));
  throw new Error('three');
}

/** A promise, as another library or realm makes one. */
function thenableOf(then: (resolve: (value: unknown) => void, reject: (error: unknown) => void) => unknown): object {
  return Object.defineProperty({}, 'then', { value: then });
}
