import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Context, memoryStore } from '../../src/index.js';
import { deadlinesOf } from '../../src/runtime/web.js';
import { SECRET } from '../support.js';
import { eventBody, testReceiver } from './support.js';

// The half of the library that runs on WebCrypto and ties no timer to another request, on Node.
vi.mock('#runtime', () => import('../../src/runtime/web.js'));

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('gives every deadline a timer of its own', async () => {
  const deadlines = deadlinesOf(1_000);
  const [first, second] = [vi.fn(), vi.fn()];
  deadlines.start(first);
  const canceled = deadlines.start(second);
  expect(vi.getTimerCount()).toBe(2);
  deadlines.cancel(canceled);
  expect(vi.getTimerCount()).toBe(1);
  await vi.advanceTimersByTimeAsync(999);
  expect(first).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(first).toHaveBeenCalledTimes(1);
  expect([second.mock.calls.length, vi.getTimerCount()]).toEqual([0, 0]);
});

it('knows the key before it calls a handler, with a store and without', async () => {
  const key = createHash('sha256').update(eventBody()).digest('hex');
  for (const idempotency of [undefined, memoryStore()]) {
    const { receiver, deliver, errors } = testReceiver({ idempotency });
    const keys: Context['deliveryKey'][] = [];
    receiver.on('*', (_, { deliveryKey }) => void keys.push(deliveryKey));
    expect(await deliver()).toMatchObject({ result: 'processed' });
    expect(await deliver()).toMatchObject({ result: idempotency ? 'duplicate' : 'processed' });
    expect([keys, errors]).toEqual([idempotency ? [key] : [key, key], []]);
  }
});

it('asks for the secrets for each request: what another one waits for may never settle', async () => {
  const secrets = vi.fn<() => Promise<string>>(async () => SECRET);
  secrets.mockImplementationOnce(() => new Promise(() => undefined));
  const { deliver } = testReceiver({ secrets });
  void deliver();
  expect(await deliver()).toMatchObject({ status: 200 });
});

it('refuses a signature of another secret', async () => {
  const { deliver } = testReceiver();
  expect(await deliver(eventBody(), 'a'.repeat(64))).toMatchObject({ error: { code: 'signature_mismatch' } });
});
