import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Context, memoryStore, type ReceiverOptions } from '../../src/index.js';
import { deferred, eventBody, testReceiver } from './support.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const body = eventBody();
const lease = 60_000;

/** A receiver whose one handler ends when told to. */
function receiving(options: Partial<ReceiverOptions> = {}) {
  const work = deferred();
  const contexts: Context[] = [];
  const t = testReceiver(options);
  t.receiver.on('*', async (_, context) => {
    contexts.push(context);
    await work.promise;
  });
  return { ...t, work, contexts };
}

it('waits for the handler beyond the default handlerTimeout, which is made for HTTP answers', async () => {
  const { receiver, work, contexts, errors } = receiving();
  const outcome = receiver.dispatch(body, { lease });
  await vi.advanceTimersByTimeAsync(50_000);
  expect(contexts.map(({ signal }) => signal.aborted)).toEqual([false]);
  work.resolve();
  expect(await outcome).toMatchObject({ result: 'processed', status: 200 });
  expect(errors).toEqual([]);
});

it('aborts the signal at a handlerTimeout that was given, and still counts a success', async () => {
  const { receiver, work, contexts, errors } = receiving({ handlerTimeout: 2_000 });
  let settled = false;
  const outcome = receiver.dispatch(body, { lease }).finally(() => {
    settled = true;
  });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(settled).toBe(false);
  expect(contexts[0]?.signal.reason).toMatchObject({
    code: 'handler_timeout',
    message: 'The handler ran out of time: handlerTimeout is 2000 ms',
  });
  work.resolve();
  expect(await outcome).toMatchObject({ result: 'processed' });
  expect(errors).toEqual([]);
});

it('is a failure when the handler throws what its signal was aborted with', async () => {
  const { receiver, errors } = testReceiver({ handlerTimeout: 1_000 });
  receiver.on(
    '*',
    (_, { signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  );
  const outcome = receiver.dispatch(body, { lease });
  await vi.advanceTimersByTimeAsync(1_100);
  expect(await outcome).toMatchObject({ result: 'failed', error: { cause: { code: 'handler_timeout' } } });
  expect(errors.map(({ code }) => code)).toEqual(['handler_failed']);
});

it('ends with the lease, is reported, and lets drain end', async () => {
  const { receiver, contexts, errors } = receiving();
  const outcome = receiver.dispatch(body, { lease: 5_000 });
  await vi.advanceTimersByTimeAsync(5_100);
  const error = { code: 'handler_timeout', message: 'The handler ran out of time: the lease of dispatch is 5000 ms' };
  expect(await outcome).toMatchObject({ result: 'failed', error });
  expect(contexts[0]?.signal.reason).toMatchObject(error);
  expect(errors).toMatchObject([error]);
  const drained = receiver.drain();
  await vi.advanceTimersByTimeAsync(25_000);
  await drained;
});

it('leaves the report to the caller whose signal has aborted', async () => {
  const { receiver, errors } = receiving();
  const controller = new AbortController();
  const outcome = receiver.dispatch(body, { lease: 5_000, signal: controller.signal });
  await vi.advanceTimersByTimeAsync(4_000);
  controller.abort();
  await vi.advanceTimersByTimeAsync(1_100);
  expect(await outcome).toMatchObject({ result: 'failed', error: { code: 'handler_timeout' } });
  expect(errors).toEqual([]);
});

it('completes the claim of a store when the handler is done', async () => {
  const { receiver, work } = receiving({ idempotency: memoryStore() });
  const outcome = receiver.dispatch(body, { lease });
  await vi.advanceTimersByTimeAsync(30_000);
  work.resolve();
  expect(await outcome).toMatchObject({ result: 'processed' });
  expect(await receiver.dispatch(body, { lease })).toMatchObject({ result: 'duplicate' });
});

it.each([0, 999, '60000', Number.NaN])('refuses %j as a lease', async (given) => {
  await expect(receiving().receiver.dispatch(body, { lease: given as number })).rejects.toThrow(
    'lease must be from 1000 to 2147483647 milliseconds',
  );
});

it('without a lease ends at handlerTimeout, with an error that names it but does not show it to the sender', async () => {
  const { receiver, errors } = receiving({ handlerTimeout: 3_000 });
  const outcome = receiver.dispatch(body);
  await vi.advanceTimersByTimeAsync(3_100);
  const message = 'The handler ran out of time: handlerTimeout is 3000 ms';
  expect(await outcome).toMatchObject({ result: 'failed', error: { code: 'handler_timeout', message } });
  expect((await outcome).body).toBe('{"error":{"code":"handler_timeout","message":"The handler ran out of time"}}');
  expect(errors[0]?.hint).toContain('inbox');
});
