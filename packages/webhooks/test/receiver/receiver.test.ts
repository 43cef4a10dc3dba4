import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  type Context,
  createReceiver,
  DELIVERED_EVENT_TYPES,
  isWebhookError,
  type Secrets,
  sign,
} from '../../src/index.js';
import { fixtureBytes, MISSING_HEADERS, malformedHeaders, SECRET } from '../support.js';
import { at, deferred, eventBody, exampleBody, testReceiver } from './support.js';

afterEach(() => void vi.useRealTimers());

describe('receive', () => {
  it('hands a verified event to the handler', async () => {
    const { receiver, deliver } = testReceiver();
    const handler = vi.fn();
    receiver.on('video.uploaded', handler);
    const outcome = await deliver(exampleBody('video.uploaded'));
    expect(outcome).toMatchObject({ result: 'processed', status: 200, body: '{"received":true}' });
    expect(outcome.event?.event).toBe('video.uploaded');
    const [event, context] = handler.mock.calls[0] ?? [];
    expect(event.data.title).toBe('Моё видео');
    expect(context).toMatchObject({ attempt: 1, secretIndex: 0, deliveryKey: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(context.signal.aborted).toBe(false);
    expect(new TextDecoder().decode(context.rawBody)).toBe(exampleBody('video.uploaded'));
  });

  it.each([
    ...MISSING_HEADERS.map(([name, header]) => [name, header, 'signature_missing']),
    ...malformedHeaders('a'.repeat(64)).map(([name, header]) => [name, header, 'signature_malformed']),
    ['another signature', 'a'.repeat(64), 'signature_mismatch'],
  ])('refuses a header that is %s', async (_, header, code) => {
    const { receiver, errors } = testReceiver();
    const handler = vi.fn();
    receiver.on('*', handler);
    const outcome = await receiver.receive({ body: eventBody(), signature: header });
    expect(outcome).toMatchObject({ result: 'rejected', status: 401, error: { code } });
    expect(JSON.parse(outcome.body)).toEqual({ error: { code, message: expect.any(String) } });
    expect(handler).not.toHaveBeenCalled();
    // A stranger must not be able to fill the error reports.
    expect(errors).toEqual([]);
  });

  it('never shows a secret or the expected signature', async () => {
    const outcome = await testReceiver().deliver(eventBody(), 'a'.repeat(64));
    const shown = JSON.stringify(outcome) + String(outcome.error) + outcome.error?.stack;
    expect(shown).not.toContain(SECRET);
    expect(shown).not.toContain(await sign(eventBody(), SECRET));
  });

  it.each([
    ['invalid-utf8.json', 'body_not_utf8'],
    ['not-json.txt', 'body_not_json'],
    ['empty.bin', 'body_not_json'],
    ['scalar.json', 'envelope_invalid'],
  ])('refuses the signed but unusable %s with 400, or hands it to onUnhandled', async (name, code) => {
    const body = fixtureBytes(name);
    expect(await testReceiver().deliver(body)).toMatchObject({ result: 'rejected', status: 400, error: { code } });
    const onUnhandled = vi.fn();
    expect(await testReceiver({ onUnhandled }).deliver(body)).toMatchObject({ result: 'unhandled', status: 200 });
    expect(onUnhandled).toHaveBeenCalledWith(
      { event: null, rawBody: body, secretIndex: 0, reason: code },
      expect.anything(),
    );
  });

  it('answers 200 to unknown names, odd payloads and events without a handler', async () => {
    const onUnhandled = vi.fn();
    const { deliver } = testReceiver({ onUnhandled });
    for (const [body, reason] of [
      [eventBody('video.exploded'), 'unknown_event'],
      [eventBody('__proto__'), 'unknown_event'],
      [eventBody('constructor'), 'unknown_event'],
      [eventBody('video.uploaded', {}), 'payload_invalid'],
      [eventBody('video.deleted'), 'no_handler'],
    ] as const) {
      expect(await deliver(body)).toMatchObject({ result: 'unhandled', status: 200 });
      expect(onUnhandled).toHaveBeenLastCalledWith(expect.objectContaining({ reason }), expect.anything());
    }
    expect(onUnhandled.mock.calls[3]?.[0].issues).toContainEqual({ path: ['data', 'videoId'], message: 'is required' });
  });

  it('reports an odd payload to onError when nobody takes it', async () => {
    const { receiver, deliver, errors } = testReceiver();
    receiver.on('*', () => expect.unreachable());
    expect(await deliver(eventBody('video.uploaded', {}))).toMatchObject({ result: 'unhandled', status: 200 });
    expect(errors.map((e) => e.code)).toEqual(['payload_invalid']);
    await deliver(eventBody('video.exploded'));
    expect(errors).toHaveLength(1);
  });

  it('lets a throw of onUnhandled be retried', async () => {
    const { deliver } = testReceiver({ onUnhandled: () => Promise.reject(new Error('disk full')) });
    expect(await deliver(eventBody('video.exploded'))).toMatchObject({ result: 'failed', status: 500 });
  });

  it('refuses a body over the limit before looking at its signature', async () => {
    const { deliver } = testReceiver({ maxBodyBytes: 10 });
    expect(await deliver(eventBody(), 'x')).toMatchObject({ status: 413, error: { code: 'body_too_large' } });
  });

  it('calls a parsed body misuse', async () => {
    await expect(testReceiver().receiver.receive({ body: {} as never, signature: 'x' })).rejects.toThrow(
      /raw request body/,
    );
  });
});

describe('on', () => {
  const namesFor = async (...patterns: string[]) => {
    const { receiver, deliver } = testReceiver();
    const seen: string[] = [];
    for (const pattern of patterns) receiver.on(pattern as 'video.*', (event) => void seen.push(event.event));
    for (const name of DELIVERED_EVENT_TYPES) await deliver(exampleBody(name));
    return seen;
  };

  it('applies the aliases', async () => {
    expect(await namesFor('user.created')).toEqual(['user.created', 'user.registered']);
    expect(await namesFor('user.registered')).toEqual(['user.registered']);
    expect(await namesFor('engagement.comment')).toEqual(['engagement.comment', 'comment.created']);
    expect(await namesFor('engagement.*')).toHaveLength(4);
    expect(await namesFor('video.*')).toHaveLength(5);
    expect(await namesFor('*')).toHaveLength(15);
  });

  it('never gives an uncatalogued name to a handler', async () => {
    const { receiver, deliver } = testReceiver();
    receiver.on('*', () => expect.unreachable());
    expect((await deliver(eventBody('video.exploded'))).status).toBe(200);
  });

  it('runs handlers in registration order, and the first throw stops', async () => {
    const { receiver, deliver } = testReceiver();
    const seen: number[] = [];
    receiver
      .on('*', async () => void seen.push(1))
      .on('video.deleted', () => void seen.push(2))
      .on('video.*', () => {
        throw new Error('three');
      })
      .on('*', () => void seen.push(4));
    expect((await deliver()).status).toBe(500);
    expect(seen).toEqual([1, 2]);
  });

  it.each([
    ['video.proccessed', /'video\.processed'/],
    ['user.create', /'user\.created'/],
    ['videos.*', /'video\.\*'/],
    ['comment.*', /did you mean/],
    ['', /did you mean/],
    ['constructor', /did you mean/],
    ['__proto__.*', /did you mean/],
  ])('calls the misspelled %j a TypeError that names the nearest', (pattern, message) => {
    const { receiver } = testReceiver();
    expect(() => receiver.on(pattern as 'video.deleted', () => {})).toThrow(TypeError);
    expect(() => receiver.on(pattern as 'video.deleted', () => {})).toThrow(message);
  });

  it('calls a handler that is none a TypeError', () => {
    expect(() => testReceiver().receiver.on('*', undefined as never)).toThrow(TypeError);
  });
});

describe('handlers that fail', () => {
  it('are answered 500 without their message, which goes to onError', async () => {
    const { receiver, deliver, errors } = testReceiver();
    const boom = new Error('password=hunter2');
    receiver.on('*', () => Promise.reject(boom));
    const outcome = await deliver();
    expect(outcome).toMatchObject({ result: 'failed', status: 500, error: { code: 'handler_failed', cause: boom } });
    expect(outcome.body).not.toContain('hunter2');
    expect(errors).toEqual([outcome.error]);
  });

  it.each([undefined, null, 0, 'text'])('may throw %s', async (thrown) => {
    const { receiver, deliver } = testReceiver();
    receiver.on('*', () => {
      throw thrown;
    });
    expect((await deliver()).status).toBe(500);
  });

  it('survive an observer that fails too', async () => {
    const { receiver, deliver } = testReceiver({ onError: () => Promise.reject(new Error('observer')) });
    receiver.on('*', () => {
      throw new Error('x');
    });
    expect((await deliver()).status).toBe(500);
    const other = testReceiver({
      onError: () => {
        throw new Error('observer');
      },
    });
    other.receiver.on('*', () => {
      throw new Error('x');
    });
    expect((await other.deliver()).status).toBe(500);
  });

  it('run out of time: 503, and the signal aborts', async () => {
    vi.useFakeTimers();
    const { receiver, deliver, errors } = testReceiver({ handlerTimeout: 1_000 });
    let context: Context | undefined;
    const work = deferred();
    receiver.on('*', async (_, c) => {
      context = c;
      expect(c.signal.aborted).toBe(false);
      await work.promise;
    });
    const outcome = deliver();
    await vi.advanceTimersByTimeAsync(1_050);
    expect(await outcome).toMatchObject({ result: 'failed', status: 503, error: { code: 'handler_timeout' } });
    expect(context?.signal.aborted).toBe(true);
    expect(isWebhookError(context?.signal.reason)).toBe(true);
    expect(errors.map((e) => e.code)).toEqual(['handler_timeout']);
    let drained = false;
    const draining = receiver.drain().then(() => {
      drained = true;
    });
    await vi.advanceTimersByTimeAsync(20);
    expect(drained).toBe(false);
    work.resolve();
    await draining;
  });

  it('abort a signal that is only looked at afterwards', async () => {
    vi.useFakeTimers();
    const { receiver, deliver } = testReceiver({ handlerTimeout: 1_000 });
    let aborted: boolean | undefined;
    receiver.on('*', async (_, context) => {
      await new Promise((resolve) => setTimeout(resolve, 1_100));
      aborted = context.signal.aborted;
    });
    const outcome = deliver();
    await vi.advanceTimersByTimeAsync(1_200);
    expect((await outcome).status).toBe(503);
    await receiver.drain();
    expect(aborted).toBe(true);
  });
});

describe('secrets', () => {
  it.each([undefined, null, '', '  ', [], [''], 7, {}, new Uint8Array()])('refuses %j at construction', (secrets) => {
    expect(() => createReceiver({ secrets: secrets as Secrets })).toThrow(TypeError);
  });

  it('are copied: a list that is emptied later changes nothing', async () => {
    const secrets = ['new', SECRET];
    const { deliver } = testReceiver({ secrets });
    secrets.length = 0;
    expect((await deliver()).status).toBe(200);
  });

  it('may come from a provider, which is not asked for malformed headers', async () => {
    const secrets = vi.fn(async () => ['new', SECRET]);
    const { receiver, deliver } = testReceiver({ secrets });
    let index: number | undefined;
    receiver.on('*', (_, context) => {
      index = context.secretIndex;
    });
    await deliver(eventBody(), 'x');
    await receiver.receive({ body: eventBody(), signature: undefined });
    expect(secrets).not.toHaveBeenCalled();
    expect((await deliver()).status).toBe(200);
    expect(index).toBe(1);
  });

  it('are asked for once by concurrent deliveries, and again by later ones', async () => {
    const secrets = vi.fn(async () => SECRET);
    const { deliver } = testReceiver({ secrets });
    await Promise.all([deliver(), deliver(), deliver()]);
    expect(secrets).toHaveBeenCalledTimes(1);
    await deliver();
    expect(secrets).toHaveBeenCalledTimes(2);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('vault: token=abc');
      },
    ],
    ['rejects', () => Promise.reject(new Error('vault: token=abc'))],
    ['gives nothing', () => undefined],
    ['gives a promise of nothing', async () => undefined],
    ['gives a blank', () => ' '],
    ['gives an empty list', async () => []],
    ['gives a number', () => 7 as never],
    ['gives null', () => null as never],
  ])('answer 503 when the provider %s', async (_, secrets) => {
    const { deliver, errors } = testReceiver({ secrets });
    const outcome = await deliver();
    expect(outcome).toMatchObject({ result: 'failed', status: 503, error: { code: 'secrets_unavailable' } });
    expect(outcome.headers['retry-after']).toMatch(/^\d+$/);
    expect(outcome.body).not.toContain('vault');
    expect(errors).toHaveLength(1);
  });

  it('answer 503 when the provider hangs, and ask again afterwards', async () => {
    vi.useFakeTimers();
    let calls = 0;
    const secrets = () => (++calls === 1 ? new Promise<string>(() => {}) : Promise.resolve(SECRET));
    const { deliver } = testReceiver({ secrets, storeTimeout: 1_000 });
    const outcome = deliver();
    await vi.advanceTimersByTimeAsync(1_050);
    expect(await outcome).toMatchObject({ status: 503, error: { code: 'secrets_unavailable' } });
    expect((await deliver()).status).toBe(200);
  });
});

describe('dispatch', () => {
  it('runs the handlers without a signature', async () => {
    const { receiver } = testReceiver();
    const handler = vi.fn();
    receiver.on('video.deleted', handler);
    const controller = new AbortController();
    expect(await receiver.dispatch(eventBody(), { attempt: 4, signal: controller.signal })).toMatchObject({
      result: 'processed',
    });
    const context: Context = handler.mock.calls[0]?.[1];
    expect(context).toMatchObject({ attempt: 4, secretIndex: -1 });
    controller.abort(new Error('shutdown'));
    expect(context.signal.reason).toEqual(new Error('shutdown'));
  });

  it('judges what it cannot use', async () => {
    const { receiver } = testReceiver();
    expect(await receiver.dispatch('junk')).toMatchObject({ result: 'rejected', status: 400 });
    await expect(receiver.dispatch({} as never)).rejects.toThrow(TypeError);
  });

  it('applies no age limit', async () => {
    const { receiver } = testReceiver({ maxAge: 6_960_000 });
    expect(await receiver.dispatch(eventBody())).toMatchObject({ result: 'unhandled', status: 200 });
  });
});

describe('maxAge', () => {
  const sent = Date.parse(at);

  it('tells too old from too new', async () => {
    const after = async (ms: number) => await testReceiver({ maxAge: 6_960_000, now: () => sent + ms }).deliver();
    expect((await after(6_960_000)).status).toBe(200);
    expect(await after(6_960_001)).toMatchObject({
      result: 'rejected',
      status: 401,
      error: { code: 'timestamp_too_old' },
    });
    expect((await after(-300_000)).status).toBe(200);
    const future = await after(-300_001);
    expect(future).toMatchObject({ result: 'failed', status: 503, error: { code: 'timestamp_in_future' } });
    expect(future.headers['retry-after']).toMatch(/^\d+$/);
  });

  it('hands the too old to onUnhandled', async () => {
    const onUnhandled = vi.fn();
    const { receiver, deliver } = testReceiver({ maxAge: 6_960_000, now: () => sent + 1e9, onUnhandled });
    receiver.on('*', () => expect.unreachable());
    expect(await deliver()).toMatchObject({ result: 'unhandled', status: 200 });
    expect(onUnhandled.mock.calls[0]?.[0]).toMatchObject({
      reason: 'timestamp_too_old',
      event: { event: 'video.deleted' },
    });
  });
});
