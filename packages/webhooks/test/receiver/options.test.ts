import { describe, expect, it, vi } from 'vitest';
import { constructEventSync } from '../../src/adapters/node.js';
import { constructEvent, createReceiver, memoryStore, type ReceiverOptions } from '../../src/index.js';
import { logError } from '../../src/receiver/hooks.js';
import { resolveSettings, resolveVerifySettings } from '../../src/receiver/settings.js';
import { SECRET } from '../support.js';

const build = (options: unknown) => () => createReceiver({ secrets: SECRET, ...(options as Partial<ReceiverOptions>) });
const store = memoryStore();
const noop = () => undefined;
const inbox = { accept: async () => ({ duplicate: false }) };

describe('defaults', () => {
  it('are the documented ones', () => {
    expect(resolveSettings({ secrets: SECRET })).toEqual({
      secrets: SECRET,
      storeTimeout: 2_000,
      bodyTimeout: 10_000,
      maxBodyBytes: 1_048_576,
      maxAge: undefined,
      now: Date.now,
      onError: logError,
      onOutcome: undefined,
      explain: undefined,
      handlerTimeout: 25_000,
      idempotency: undefined,
      lease: 45_000,
      acknowledge: 'after',
      maxAttempts: undefined,
      validation: 'strict',
      inbox: undefined,
      onUnhandled: undefined,
      onDeadLetter: undefined,
      onDuplicate: undefined,
    });
    const { idempotency, lease } = resolveSettings({ secrets: SECRET, idempotency: store });
    expect(idempotency).toMatchObject({ store, key: undefined, ttl: 86_400_000 });
    expect(lease).toBe(45_000);
    expect(resolveSettings({ secrets: SECRET, idempotency: store, handlerTimeout: 5_000 }).lease).toBe(25_000);
    expect(resolveSettings({ secrets: SECRET, handlerTimeout: 30_000 }).lease).toBe(50_000);
  });

  it('hold for every option that is undefined', () => {
    const names = [
      'idempotency',
      'storeTimeout',
      'bodyTimeout',
      'handlerTimeout',
      'maxBodyBytes',
      'maxAge',
      'acknowledge',
      'maxAttempts',
      'inbox',
      'onUnhandled',
      'onDeadLetter',
      'onDuplicate',
      'onError',
      'onOutcome',
      'explain',
      'validation',
      'now',
    ];
    const given = Object.fromEntries(names.map((name) => [name, undefined]));
    expect(resolveSettings({ secrets: SECRET, ...given })).toEqual(resolveSettings({ secrets: SECRET }));
    const times = { store, key: undefined, ttl: undefined, lease: undefined };
    expect(resolveSettings({ secrets: SECRET, idempotency: times })).toEqual(
      resolveSettings({ secrets: SECRET, idempotency: store }),
    );
  });

  it('give five attempts once there are a store and a place for dead letters', () => {
    const attempts = (options: Partial<ReceiverOptions>) =>
      resolveSettings({ secrets: SECRET, ...options }).maxAttempts;
    expect(attempts({ idempotency: store, onDeadLetter: noop })).toBe(5);
    expect(attempts({ idempotency: store, onDeadLetter: noop, maxAttempts: 1 })).toBe(1);
    expect(attempts({ idempotency: store, onDeadLetter: noop, acknowledge: 'before' })).toBeUndefined();
    expect(attempts({ onDeadLetter: noop, acknowledge: 'before' })).toBeUndefined();
    expect(attempts({ idempotency: store })).toBeUndefined();
  });
});

describe('an option that does not exist', () => {
  it.each([
    ['onEror', 'onError'],
    ['secret', 'secrets'],
    ['idempotence', 'idempotency'],
    ['maxAttempt', 'maxAttempts'],
    ['onoutcome', 'onOutcome'],
  ])('%s is a TypeError that names %s', (given, nearest) => {
    for (const value of [noop, undefined]) {
      expect(build({ [given]: value })).toThrow(TypeError);
      expect(build({ [given]: value })).toThrow(`createReceiver has no option '${given}': did you mean '${nearest}'?`);
    }
  });

  it('is one in verifyWebhook, idempotency, constructEvent, receive and dispatch too', async () => {
    const verifyWebhook = () =>
      resolveVerifySettings('verifyWebhook', { secrets: SECRET, idempotency: store } as never, []);
    expect(verifyWebhook).toThrow("verifyWebhook has no option 'idempotency'");
    expect(() =>
      resolveVerifySettings('verifyWebhook', { secrets: SECRET, env: noop } as never, ['env']),
    ).not.toThrow();
    expect(build({ idempotency: { store, tll: 86_400_000 } })).toThrow(
      "idempotency has no option 'tll': did you mean 'ttl'?",
    );
    await expect(constructEvent('', 'x', SECRET, { maxage: 1 } as never)).rejects.toThrow("did you mean 'maxAge'?");
    expect(() => constructEventSync('', 'x', SECRET, { maxage: 1 } as never)).toThrow("did you mean 'maxAge'?");
    // A tolerance in seconds, as other libraries of the kind take it here.
    const options = 300 as never;
    await expect(constructEvent('', 'x', SECRET, options)).rejects.toThrow('The options of constructEvent must be');
    expect(() => constructEventSync('', 'x', SECRET, options)).toThrow('The options of constructEventSync must be');
    const receiver = createReceiver({ secrets: SECRET });
    await expect(receiver.receive({ body: '', signature: 'x', header: {} } as never)).rejects.toThrow(
      "receive has no option 'header': did you mean 'headers'?",
    );
    await expect(receiver.receive({ body: '', signature: 'x' }, { waitUntill: noop } as never)).rejects.toThrow(
      "did you mean 'waitUntil'?",
    );
    await expect(receiver.dispatch('', { attempts: 2 } as never)).rejects.toThrow("did you mean 'attempt'?");
  });
});

describe('durations', () => {
  const names = ['storeTimeout', 'bodyTimeout', 'handlerTimeout'] as const;
  it.each(names)('%s is in milliseconds: below 1000 is taken for seconds', (name) => {
    for (const value of [0, 10, 999, 999.9, -1, Number.NEGATIVE_INFINITY]) {
      expect(build({ [name]: value })).toThrow(TypeError);
      expect(build({ [name]: value })).toThrow(`${name} must be from 1000 to 2147483647 milliseconds, not ${value}`);
    }
  });

  it.each(names)('%s must be something a timer can take', (name) => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 2_147_483_648, '5000', null, {}]) {
      expect(build({ [name]: value })).toThrow(TypeError);
      expect(build({ [name]: value })).toThrow(`${name} must be from 1000 to 2147483647 milliseconds, not ${value}`);
    }
    expect(build({ [name]: 1_000 })).not.toThrow();
  });

  it('may be as long as a timer', () => {
    expect(build({ handlerTimeout: 2_147_483_647, storeTimeout: 2_147_483_647 })).not.toThrow();
  });
});

describe('maxBodyBytes', () => {
  it.each([0, 0.5, -1, Number.NaN, '1', null, {}])('refuses %s', (maxBodyBytes) => {
    expect(build({ maxBodyBytes })).toThrow(TypeError);
    expect(build({ maxBodyBytes })).toThrow(`maxBodyBytes must be a positive number of bytes, not ${maxBodyBytes}`);
  });
  it.each([1, 1.5, Number.POSITIVE_INFINITY])('takes %s', (maxBodyBytes) => {
    expect(build({ maxBodyBytes })).not.toThrow();
  });
});

describe('maxAge', () => {
  it.each([Number.POSITIVE_INFINITY, Number.MAX_VALUE])('takes %s', (maxAge) => {
    expect(build({ maxAge })).not.toThrow();
  });

  it.each([0, 6_959_999, Number.NaN, Number.NEGATIVE_INFINITY, '6960000', null])('refuses %s', (maxAge) => {
    expect(build({ maxAge })).toThrow(TypeError);
    expect(build({ maxAge })).toThrow(/maxAge must be at least 6960000 ms, the retry horizon, not /);
    expect(build({ maxAge })).toThrow(`not ${maxAge}`);
  });

  it('is outlived by the memory of keys', () => {
    const ttl = 10_000_000;
    expect(build({ idempotency: { store, ttl }, maxAge: ttl - 300_000 })).not.toThrow();
    expect(build({ idempotency: { store, ttl }, maxAge: ttl - 299_999 })).toThrow(TypeError);
    expect(build({ idempotency: { store, ttl }, maxAge: ttl - 299_999 })).toThrow(
      'idempotency.ttl (10000000 ms) must be at least maxAge + 300000 ms (10000001), or a replay could run again',
    );
    expect(build({ idempotency: store, maxAge: 86_400_000 })).toThrow(/idempotency\.ttl/);
  });

  it('reads the given clock, which must be a function', () => {
    const now = vi.fn(() => 0);
    expect(resolveSettings({ secrets: SECRET, now }).now).toBe(now);
    for (const clock of [1, null, 'now', {}]) {
      expect(build({ now: clock })).toThrow(TypeError);
      expect(build({ now: clock })).toThrow(/now must be a function, not /);
    }
  });
});

describe('idempotency', () => {
  const { claim, complete, release } = memoryStore();
  const halves = [
    7,
    'memory',
    true,
    [],
    null,
    {},
    { claim, complete },
    { claim, release },
    { complete, release },
    { claim, complete, release: 1 },
    { claim: 1, complete, release },
    { claim, complete: 1, release },
    { store: null },
    { store: {} },
    { store: undefined, ttl: 86_400_000 },
  ];
  it.each(halves)('is a store, or has one: not %j', (idempotency) => {
    expect(build({ idempotency })).toThrow(TypeError);
    expect(build({ idempotency })).toThrow(
      'idempotency must be a store with claim, complete and release, or { store, key?, ttl?, lease? }',
    );
  });

  it('takes a key function only', () => {
    expect(build({ idempotency: { store, key: 'event.id' } })).toThrow(TypeError);
    expect(build({ idempotency: { store, key: 'event.id' } })).toThrow('idempotency.key must be a function, not ');
    expect(build({ idempotency: { store, key: () => 'k' } })).not.toThrow();
  });

  it('holds a claim longer than a handler runs and lets go before the first retry', () => {
    const lease = (ms: unknown, handlerTimeout = 10_000) =>
      build({ handlerTimeout, idempotency: { store, lease: ms } });
    for (const ms of [10_001, 59_999]) expect(lease(ms)).not.toThrow();
    for (const ms of [10_000, 60_000, 0, -1, Number.NaN, Number.POSITIVE_INFINITY, '20000', null]) {
      expect(lease(ms)).toThrow(TypeError);
      expect(lease(ms)).toThrow(
        'idempotency.lease must be longer than handlerTimeout (10000 ms) and shorter than 60000 ms, ' +
          `when the first retry comes; it is ${ms}: shorten handlerTimeout or give a lease`,
      );
    }
    expect(build({ handlerTimeout: 40_000, idempotency: store })).toThrow(/idempotency\.lease .* it is 60000/);
    expect(build({ handlerTimeout: 39_999, idempotency: store })).not.toThrow();
    // Without a store there is no claim to hold.
    expect(build({ handlerTimeout: 40_000 })).not.toThrow();
  });

  it('remembers for as long as the platform retries', () => {
    const ttl = (ms: unknown) => build({ idempotency: { store, ttl: ms } });
    for (const ms of [6_960_000, Number.MAX_SAFE_INTEGER, Number.POSITIVE_INFINITY]) expect(ttl(ms)).not.toThrow();
    for (const ms of [6_959_999, 0, Number.NaN, Number.NEGATIVE_INFINITY, '86400000', null]) {
      expect(ttl(ms)).toThrow(TypeError);
      expect(ttl(ms)).toThrow(`idempotency.ttl must be at least 6960000 ms, the retry horizon, not ${ms}`);
    }
  });
});

describe('acknowledge, maxAttempts and onDeadLetter', () => {
  it.each(['during', '', null, true])('acknowledge is not %j', (acknowledge) => {
    expect(build({ acknowledge })).toThrow(TypeError);
    expect(build({ acknowledge })).toThrow(
      `acknowledge must be 'after' or 'before', not ${JSON.stringify(acknowledge)}`,
    );
  });

  it.each([0, 6, 1.5, Number.NaN, '3', null])('maxAttempts is not %s', (maxAttempts) => {
    const given = build({ maxAttempts, idempotency: store, onDeadLetter: noop });
    expect(given).toThrow(TypeError);
    expect(given).toThrow(
      /maxAttempts must be an integer from 1 to 5 \(the platform stops after the 6th failure\), not/,
    );
  });

  it.each([1, 5])('maxAttempts may be %d', (maxAttempts) => {
    expect(build({ maxAttempts, idempotency: store, onDeadLetter: noop })).not.toThrow();
  });

  it('counting needs a store, giving up a place', () => {
    for (const options of [{}, { idempotency: store }, { onDeadLetter: noop, acknowledge: 'before' }]) {
      expect(build({ maxAttempts: 3, ...options })).toThrow(TypeError);
      expect(build({ maxAttempts: 3, ...options })).toThrow(
        'maxAttempts needs idempotency, which counts the attempts, and onDeadLetter',
      );
    }
    const before = build({ maxAttempts: 3, idempotency: store, onDeadLetter: noop, acknowledge: 'before' });
    expect(before).toThrow(TypeError);
    expect(before).toThrow(
      /maxAttempts cannot be combined with acknowledge: 'before', where the first failure is the last/,
    );
    expect(build({ onDeadLetter: noop })).toThrow(TypeError);
    expect(build({ onDeadLetter: noop })).toThrow(/onDeadLetter needs idempotency, .* acknowledge: 'before'/);
    expect(build({ onDeadLetter: noop, acknowledge: 'before' })).not.toThrow();
  });
});

describe('validation', () => {
  it.each(['off', '', null, true])('is not %j', (validation) => {
    expect(build({ validation })).toThrow(`validation must be 'strict' or 'report', not ${JSON.stringify(validation)}`);
  });
});

describe('hooks', () => {
  const complete = { idempotency: store };
  it.each(['onError', 'onUnhandled', 'onDeadLetter', 'onDuplicate', 'onOutcome', 'explain'])(
    '%s must be a function',
    (name) => {
      for (const [given, kind] of [
        [null, 'null'],
        ['log', 'string'],
        [1, 'number'],
        [{}, 'object'],
      ]) {
        expect(build({ ...complete, [String(name)]: given })).toThrow(TypeError);
        expect(build({ ...complete, [String(name)]: given })).toThrow(`${name} must be a function, not ${kind}`);
      }
      expect(build({ ...complete, [name]: noop })).not.toThrow();
    },
  );
});

describe('inbox', () => {
  it.each([7, {}, { accept: 1 }, 'file:inbox.db'])('is not %j', (given) => {
    expect(build({ inbox: given })).toThrow(TypeError);
    expect(build({ inbox: given })).toThrow('inbox must be an inbox from openInbox()');
  });

  it.each([
    ['idempotency', store],
    ['acknowledge', 'after'],
    ['maxAttempts', 3],
    ['onDeadLetter', noop],
  ])('excludes %s, in one error that names the way out', (name, value) => {
    expect(build({ inbox, [name]: value })).toThrow(TypeError);
    expect(build({ inbox, [name]: value })).toThrow(
      `${name} cannot be combined with inbox, which does that itself: see onDead and deadLetters() of openInbox()`,
    );
  });

  it('stands alone', () => {
    expect(build({ inbox })).not.toThrow();
    expect(build({ inbox, idempotency: undefined, acknowledge: undefined, maxAttempts: undefined })).not.toThrow();
  });
});

describe('options that are not there', () => {
  it.each([undefined, null, 7, 'secret', () => 'secret'])('%s', (options) => {
    expect(() => createReceiver(options as never)).toThrow(TypeError);
    expect(() => createReceiver(options as never)).toThrow('The options of createReceiver must be an object');
  });

  it('secrets', () => {
    for (const secrets of [undefined, null]) {
      expect(build({ secrets })).toThrow('`secrets` is missing: give the signing secret, a list, or a function');
    }
  });
});
