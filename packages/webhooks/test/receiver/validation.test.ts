import { inspect } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { type DeadLetter, type ErrorInfo, memoryStore, type Unhandled, type WebhookError } from '../../src/index.js';
import { eventBody, testReceiver } from './support.js';

const invalid = eventBody('video.processed', { videoId: 'v', formats: [{ url: 1 }] });
const ISSUES = expect.arrayContaining([{ message: 'is required', path: ['data', 'status'] }]);

describe("validation 'strict'", () => {
  it('reports an odd payload to onError with its issues when nobody takes it', async () => {
    const infos: ErrorInfo[] = [];
    const errors: WebhookError[] = [];
    const { receiver, deliver } = testReceiver({
      onError: (error, info) => {
        errors.push(error);
        infos.push(info);
      },
    });
    receiver.on('*', () => expect.unreachable());
    expect(await deliver(invalid)).toMatchObject({ result: 'unhandled', status: 200, reason: 'payload_invalid' });
    expect(errors.map(({ code }) => code)).toEqual(['payload_invalid']);
    expect(infos).toMatchObject([{ event: { event: 'video.processed' }, issues: ISSUES }]);
  });

  it('hands it to onUnhandled first', async () => {
    const taken: Unhandled[] = [];
    const onDeadLetter = vi.fn();
    const { deliver, errors } = testReceiver({
      onUnhandled: (unhandled) => void taken.push(unhandled),
      idempotency: memoryStore(),
      onDeadLetter,
    });
    expect(await deliver(invalid)).toMatchObject({ result: 'unhandled', reason: 'payload_invalid' });
    expect(taken).toMatchObject([{ reason: 'payload_invalid', issues: ISSUES }]);
    expect(onDeadLetter).not.toHaveBeenCalled();
    expect(errors).toEqual([]);
  });

  it('hands it to onDeadLetter next, without a run and without a retry', async () => {
    const letters: DeadLetter[] = [];
    const { receiver, deliver } = testReceiver({
      idempotency: memoryStore(),
      onDeadLetter: (letter) => void letters.push(letter),
    });
    receiver.on('*', () => expect.unreachable());
    expect(await deliver(invalid)).toMatchObject({ result: 'dead_lettered', status: 200, reason: 'payload_invalid' });
    expect(letters).toMatchObject([{ attempt: 1, error: { code: 'payload_invalid' } }]);
    expect(await deliver(invalid)).toMatchObject({ result: 'duplicate' });
  });

  it('hands it to onDeadLetter in the background too', async () => {
    const letters: DeadLetter[] = [];
    const { receiver, deliver } = testReceiver({
      acknowledge: 'before',
      onDeadLetter: (letter) => void letters.push(letter),
    });
    expect(await deliver(invalid)).toMatchObject({ result: 'accepted' });
    await receiver.drain();
    expect(letters).toMatchObject([{ error: { code: 'payload_invalid' } }]);
  });

  it('is a dead letter for whoever dispatches stored bytes, and never "processed"', async () => {
    const { receiver, errors } = testReceiver();
    receiver.on('*', () => expect.unreachable());
    expect(await receiver.dispatch(invalid)).toMatchObject({
      result: 'dead_lettered',
      reason: 'payload_invalid',
      error: { code: 'payload_invalid' },
    });
    expect(errors.map(({ code }) => code)).toEqual(['payload_invalid']);
  });

  it('is no dead letter of a dispatch once onDeadLetter has taken it', async () => {
    const letters: DeadLetter[] = [];
    const { receiver } = testReceiver({
      idempotency: memoryStore(),
      onDeadLetter: (letter) => void letters.push(letter),
    });
    const schema = { '~standard': { version: 1, vendor: 'test', validate: () => ({ issues: [] }) } } as const;
    receiver.on('video.deleted', { schema }, () => expect.unreachable());
    for (const body of [invalid, eventBody()]) {
      const outcome = await receiver.dispatch(body);
      expect(outcome).toMatchObject({ result: 'dead_lettered', error: { code: 'payload_invalid' } });
      // With a reason, whoever stored the bytes would keep them as a dead letter too.
      expect(outcome.reason).toBeUndefined();
      expect(await receiver.dispatch(body)).toMatchObject({ result: 'duplicate' });
    }
    expect(letters).toMatchObject([{ error: { code: 'payload_invalid' } }, { error: { code: 'payload_invalid' } }]);
  });

  it('may be dispatched again once the check is mended: nobody has handled it', async () => {
    const idempotency = memoryStore();
    const strict = testReceiver({ idempotency });
    const mended = testReceiver({ idempotency, validation: 'report' });
    const handler = vi.fn();
    mended.receiver.on('video.processed', handler);
    const rejecting = { '~standard': { version: 1, vendor: 'test', validate: () => ({ issues: [] }) } } as const;
    const own = testReceiver({ idempotency });
    own.receiver.on('video.processed', { schema: rejecting }, () => expect.unreachable());
    for (const { receiver } of [strict, own, strict]) {
      expect(await receiver.dispatch(invalid)).toMatchObject({ result: 'dead_lettered', reason: 'payload_invalid' });
    }
    expect(await mended.receiver.dispatch(invalid)).toMatchObject({ result: 'processed' });
    expect(handler).toHaveBeenCalledTimes(1);
  });
});

describe("validation 'report'", () => {
  it('runs the handlers all the same, and reports to onError', async () => {
    const infos: ErrorInfo[] = [];
    const { receiver, deliver } = testReceiver({ validation: 'report', onError: (_, info) => infos.push(info) });
    const handler = vi.fn();
    receiver.on('video.processed', handler);
    expect(await deliver(invalid)).toMatchObject({ result: 'processed', status: 200 });
    expect(handler).toHaveBeenCalledTimes(1);
    expect(infos).toMatchObject([{ issues: ISSUES }]);
    expect(await receiver.dispatch(invalid)).toMatchObject({ result: 'processed' });
  });
});

describe('a receiver without handlers', () => {
  it('answers 200, and reports so once', async () => {
    const { receiver, deliver, errors } = testReceiver();
    expect(await deliver()).toMatchObject({ result: 'unhandled', status: 200, reason: 'no_handler' });
    await deliver();
    await receiver.dispatch(eventBody());
    expect(errors.map(({ code, message }) => [code, message])).toEqual([
      ['handler_failed', 'This receiver has no handler: nothing ran'],
    ]);
  });

  it('reports so as the worker of its own inbox, which would count each delivery as handled', async () => {
    const { receiver, errors } = testReceiver({ inbox: { accept: async () => ({ duplicate: false }) } });
    await receiver.dispatch(eventBody());
    expect(errors).toMatchObject([{ code: 'handler_failed', message: expect.stringContaining('no handler') }]);
  });

  it('is silent once there is a handler, an onUnhandled or an inbox', async () => {
    const some = testReceiver();
    some.receiver.on('user.created', () => undefined);
    await some.deliver();
    const unhandled = testReceiver({ onUnhandled: () => undefined });
    await unhandled.deliver();
    const inbox = testReceiver({ inbox: { accept: async () => ({ duplicate: false }) } });
    await inbox.deliver();
    expect([...some.errors, ...unhandled.errors, ...inbox.errors]).toEqual([]);
  });

  it('reports nothing to strangers', async () => {
    const { deliver, errors } = testReceiver();
    await deliver(eventBody(), 'a'.repeat(64));
    expect(errors).toEqual([]);
  });
});

describe('the default onError', () => {
  it('prints the error and its cause, and onError: () => {} silences it', async () => {
    const print = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const boom = new Error('boom');
    for (const onError of [undefined, () => {}]) {
      const { receiver, deliver } = testReceiver({ onError });
      receiver.on('*', () => {
        throw boom;
      });
      await deliver();
      await deliver(eventBody(), 'a'.repeat(64));
    }
    expect(print.mock.calls).toEqual([[expect.objectContaining({ code: 'handler_failed' }), boom]]);
    expect(inspect(print.mock.calls).match(/Error: boom/g)).toHaveLength(1);
    print.mockRestore();
  });

  it('names the delivery in one line, with no stack but that of the cause', async () => {
    const print = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const { receiver } = testReceiver({ onError: undefined });
    const boom = new Error('boom');
    receiver.on('*', () => Promise.reject(boom));
    await receiver.dispatch(eventBody(), { attempt: 2 });
    const [[shown, cause] = []] = print.mock.calls;
    print.mockRestore();
    expect(inspect(shown)).toMatch(
      /^\[WebhookError: video\.deleted [0-9a-f]{64} attempt 2: handler_failed: The handler failed\]$/,
    );
    expect(cause).toBe(boom);
  });

  it('gives a sender no line of its own', async () => {
    const print = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const failing = testReceiver({
      onError: undefined,
      onUnhandled: () => {
        throw new Error('x');
      },
    });
    await failing.deliver(eventBody('a\nWebhookError: forged\u2028line'));
    const [[shown] = []] = print.mock.calls;
    print.mockRestore();
    expect(inspect(shown)).toMatch(/^\[WebhookError: a WebhookError: forged line .*\]$/);
  });
});
