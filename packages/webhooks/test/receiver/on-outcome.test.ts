import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { memoryStore, type OutcomeInfo, type ReceiverOptions, sign } from '../../src/index.js';
import { resolveVerifySettings } from '../../src/receiver/settings.js';
import { Verifier } from '../../src/receiver/verify.js';
import { verifyRequest } from '../../src/receiver/verify-request.js';
import { SECRET } from '../support.js';
import { deferred, eventBody, incoming, testReceiver } from './support.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const boom = new Error('boom');

function observed(options: Partial<ReceiverOptions> = {}) {
  const infos: OutcomeInfo[] = [];
  const t = testReceiver({ onOutcome: (info) => infos.push(info), ...options });
  const phases = () => infos.map(({ phase, result, status, code }) => [phase, result, status, code]);
  return { ...t, infos, phases };
}

describe('onOutcome', () => {
  it('gets every member, and nothing more', async () => {
    const { receiver, infos } = observed({ idempotency: memoryStore() });
    receiver.on('*', () => undefined);
    const body = eventBody();
    const headers = { 'X-Request-Id': 'req-1', traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` };
    await receiver.receive({ body, signature: await sign(body, SECRET), headers });
    expect(infos).toEqual([
      {
        phase: 'answer',
        result: 'processed',
        status: 200,
        code: null,
        reason: null,
        event: 'video.deleted',
        deliveryKey: expect.stringMatching(/^[0-9a-f]{64}$/),
        attempt: 1,
        secretIndex: 0,
        bytes: body.length,
        durationMs: expect.any(Number),
        requestId: 'req-1',
      },
    ]);
  });

  it('is called once for every request, rejected ones included, before the answer is returned', async () => {
    const { receiver, infos } = observed({ maxBodyBytes: 100 });
    receiver.on('*', () => undefined);
    const body = eventBody();
    const signature = await sign(body, SECRET);
    const post = (init: RequestInit) => new Request('http://receiver.test/', { method: 'POST', body, ...init });
    const requests: [Request, number, string | null][] = [
      [post({ headers: { 'x-videocloud-signature': signature } }), 200, null],
      [new Request('http://receiver.test/'), 405, 'method_not_allowed'],
      [post({ headers: { 'content-encoding': 'gzip' } }), 415, 'content_encoding_unsupported'],
      [post({ headers: { 'content-length': '101' } }), 413, 'body_too_large'],
      [post({}), 401, 'signature_missing'],
      [post({ headers: { 'x-videocloud-signature': 'x' } }), 401, 'signature_malformed'],
      [post({ headers: { 'x-videocloud-signature': 'a'.repeat(64) } }), 401, 'signature_mismatch'],
    ];
    for (const [request, status, code] of requests) {
      infos.length = 0;
      expect((await receiver.fetch(request)).status).toBe(status);
      expect(infos).toMatchObject([{ phase: 'answer', status, code }]);
      if (status !== 200) expect(infos).toMatchObject([{ event: null, deliveryKey: null, secretIndex: -1 }]);
    }
  });

  it.each<[string, ReceiverOptions['secrets']]>([
    ['gives nothing', () => undefined],
    ['gives a blank secret', () => ' '],
    ['rejects', () => Promise.reject(new Error('whsec in the text'))],
  ])('has a hint when the provider of secrets %s, and nothing of what it threw', async (_, secrets) => {
    const { deliver, infos } = observed({ secrets });
    expect((await deliver()).body).not.toContain('variable');
    expect(infos).toMatchObject([{ code: 'secrets_unavailable', hint: expect.stringMatching(/`secrets`.*variable/) }]);
    expect(JSON.stringify(infos)).not.toContain('whsec');
  });

  it('measures to the microsecond, so that a log line stays short', async () => {
    const { deliver, infos } = observed();
    vi.spyOn(performance, 'now').mockReturnValueOnce(1.000_000_1).mockReturnValue(3.345_678_9);
    await deliver();
    expect(infos).toMatchObject([{ durationMs: 2.346 }]);
  });

  it('has the reason why no handler ran', async () => {
    const onUnhandled = () => undefined;
    const { deliver, infos } = observed({ onUnhandled });
    await deliver(eventBody('video.archived'));
    await deliver('{');
    await deliver(eventBody('video.processed', {}));
    await deliver();
    expect(infos.map(({ reason, code, status }) => [reason, code, status])).toEqual([
      ['unknown_event', null, 200],
      ['body_not_json', null, 200],
      ['payload_invalid', null, 200],
      ['no_handler', null, 200],
    ]);
    const without = observed();
    await without.deliver('{');
    expect(without.infos).toMatchObject([{ reason: null, code: 'body_not_json', status: 400 }]);
  });

  it('is called in the background once the work behind an early answer ends', async () => {
    const work = deferred();
    const { receiver, deliver, phases } = observed({ acknowledge: 'before' });
    receiver.on('*', () => work.promise);
    await deliver();
    expect(phases()).toEqual([['answer', 'accepted', 200, null]]);
    await vi.advanceTimersByTimeAsync(5);
    work.reject(boom);
    await receiver.drain();
    expect(phases().slice(1)).toEqual([['background', 'failed', null, 'handler_failed']]);
  });

  it.each([
    ['well', undefined, ['background', 'processed', null, null]],
    ['badly', boom, ['background', 'failed', null, 'handler_failed']],
  ])('is called in the background when a handler that ran out of time ends %s', async (_, error, last) => {
    const work = deferred();
    const { receiver, deliver, phases } = observed({ handlerTimeout: 1_000 });
    receiver.on('*', () => work.promise);
    const outcome = deliver();
    await vi.advanceTimersByTimeAsync(1_100);
    await outcome;
    if (error === undefined) work.resolve();
    else work.reject(error);
    await receiver.drain();
    expect(phases()).toEqual([['answer', 'failed', 503, 'handler_timeout'], last]);
  });

  it.each([
    ['well', undefined, ['background', 'dead_lettered', null, 'handler_failed']],
    ['badly', boom, ['background', 'failed', null, 'handler_failed']],
  ])('is called once in the background when a dead letter that ran out of time ends %s', async (_, error, last) => {
    const work = deferred();
    const onDeadLetter = () => work.promise;
    const { receiver, deliver, phases } = observed({ acknowledge: 'before', handlerTimeout: 1_000, onDeadLetter });
    receiver.on('*', () => Promise.reject(new Error('first')));
    await deliver();
    await vi.advanceTimersByTimeAsync(1_100);
    expect(phases()).toEqual([['answer', 'accepted', 200, null]]);
    if (error === undefined) work.resolve();
    else work.reject(error);
    await receiver.drain();
    expect(phases().slice(1)).toEqual([last]);
  });

  it('is called once for every dispatch', async () => {
    const { receiver, infos } = observed();
    receiver.on('video.deleted', (_, { attempt }) => {
      if (attempt === 2) throw boom;
    });
    await receiver.dispatch(eventBody());
    await receiver.dispatch(eventBody(), { attempt: 2 });
    await receiver.dispatch('{');
    expect(
      infos.map(({ phase, result, code, attempt, secretIndex }) => [phase, result, code, attempt, secretIndex]),
    ).toEqual([
      ['handling', 'processed', null, 1, -1],
      ['handling', 'failed', 'handler_failed', 2, -1],
      ['handling', 'rejected', 'body_not_json', 1, -1],
    ]);
  });

  it.each([
    [
      'throws',
      () => {
        throw boom;
      },
    ],
    ['rejects', () => Promise.reject(boom)],
    ['hangs', () => new Promise(() => undefined)],
    [
      'returns a thenable that throws',
      () =>
        Object.defineProperty({}, 'then', {
          get: () => {
            throw boom;
          },
        }),
    ],
  ])('changes nothing when it %s', async (_, onOutcome) => {
    const { receiver, deliver } = testReceiver({ onOutcome });
    receiver.on('*', () => undefined);
    expect(await deliver()).toMatchObject({ result: 'processed' });
  });

  it('takes a request id that is short and printable only', async () => {
    const { receiver, infos } = observed();
    const id = async (headers: Record<string, string>) => {
      await receiver.receive({ body: '', signature: 'x', headers });
      return infos.at(-1)?.requestId;
    };
    expect(await id({ 'x-request-id': 'a b' })).toBeNull();
    expect(await id({ 'x-request-id': 'a'.repeat(129) })).toBeNull();
    expect(await id({ 'x-request-id': '\u001b[31m' })).toBeNull();
    expect(await id({ traceparent: `00-${'c'.repeat(32)}-${'d'.repeat(16)}-00` })).toBe('c'.repeat(32));
    expect(await id({ traceparent: `cc-${'c'.repeat(32)}-${'d'.repeat(16)}-00` })).toBe('c'.repeat(32));
    const [trace, parent] = ['c'.repeat(32), 'd'.repeat(16)];
    for (const traceparent of [
      trace,
      `00-${'0'.repeat(32)}-${parent}-00`,
      `00-${trace}-${'0'.repeat(16)}-00`,
      `ff-${trace}-${parent}-00`,
      `00-${trace}-x`,
      `00-${trace}-`,
      `00-${trace}-${parent}`,
      `00-${trace}-${parent}-0`,
      `00-${trace}-${parent}-00-more`,
      `00-${trace.toUpperCase()}-${parent}-00`,
    ]) {
      expect(await id({ traceparent }), traceparent).toBeNull();
    }
    expect(await id({})).toBeNull();
  });
});

describe('onOutcome of verifyWebhook', () => {
  it('has the result "verified" for what passes, and the code of what does not', async () => {
    const infos: OutcomeInfo[] = [];
    const settings = resolveVerifySettings(
      'verifyWebhook',
      { secrets: SECRET, onOutcome: (info) => infos.push(info) },
      [],
    );
    const verifier = new Verifier(settings);
    const body = new TextEncoder().encode(eventBody());
    await verifyRequest(verifier, incoming(body, { 'x-videocloud-signature': await sign(body, SECRET) }));
    await verifyRequest(verifier, incoming(body));
    expect(infos).toMatchObject([
      {
        phase: 'answer',
        result: 'verified',
        status: null,
        code: null,
        event: 'video.deleted',
        deliveryKey: expect.stringMatching(/^[0-9a-f]{64}$/),
        secretIndex: 0,
        bytes: body.length,
      },
      { phase: 'answer', result: 'rejected', status: 401, code: 'signature_missing', event: null, deliveryKey: null },
    ]);
  });
});
