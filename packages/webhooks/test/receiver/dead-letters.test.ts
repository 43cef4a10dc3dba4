import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type DeadLetter, memoryStore, type ReceiverOptions } from '../../src/index.js';
import { deferred, eventBody, testReceiver } from './support.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const body = eventBody();
const boom = new Error('boom');

/** Delivers the same event until it is answered 2xx, at most seven times; the statuses. */
async function untilTaken(options: Partial<ReceiverOptions>) {
  const letters: DeadLetter[] = [];
  const t = testReceiver({
    idempotency: memoryStore(),
    onDeadLetter: (letter) => void letters.push(letter),
    ...options,
  });
  const attempts: number[] = [];
  t.receiver.on('*', (_, context) => {
    attempts.push(context.attempt);
    throw boom;
  });
  const outcomes = [];
  for (let n = 0; n < 7; n++) {
    outcomes.push(await t.deliver());
    if (outcomes.at(-1)?.status === 200) break;
  }
  return { ...t, letters, attempts, outcomes, results: outcomes.map(({ result }) => result) };
}

describe('maxAttempts', () => {
  it('is five by default: the fifth failure is a dead letter and a 200', async () => {
    const { letters, attempts, results, outcomes, deliver } = await untilTaken({});
    expect(results).toEqual(['failed', 'failed', 'failed', 'failed', 'dead_lettered']);
    expect(attempts).toEqual([1, 2, 3, 4, 5]);
    expect(outcomes.at(-1)).toMatchObject({
      status: 200,
      body: '{"received":true}',
      error: { code: 'handler_failed' },
    });
    expect(letters).toHaveLength(1);
    expect(letters[0]).toMatchObject({
      event: JSON.parse(body),
      attempt: 5,
      error: { code: 'handler_failed', cause: boom },
    });
    expect(new TextDecoder().decode(letters[0]?.rawBody)).toBe(body);
    expect(await deliver()).toMatchObject({ result: 'duplicate' });
  });

  it.each([1, 2])('may be %d', async (maxAttempts) => {
    const { letters, attempts } = await untilTaken({ maxAttempts });
    expect(attempts).toHaveLength(maxAttempts);
    expect(letters.map(({ attempt }) => attempt)).toEqual([maxAttempts]);
  });

  it('is nothing to an event that is handled in the last attempt', async () => {
    const onDeadLetter = vi.fn();
    const { receiver, deliver } = testReceiver({ idempotency: memoryStore(), onDeadLetter, maxAttempts: 2 });
    let runs = 0;
    receiver.on('*', () => {
      if (++runs === 1) throw boom;
    });
    expect((await deliver()).result).toBe('failed');
    expect((await deliver()).result).toBe('processed');
    expect(onDeadLetter).not.toHaveBeenCalled();
  });

  it('past it, nothing but the dead letter runs: the process must have died before', async () => {
    const store = memoryStore();
    // Two claims by a process that died: their leases end, and no answer was given.
    for (let n = 0; n < 2; n++) {
      const claim = await store.claim('k', { leaseMs: 20_000, ttlMs: 7_000_000 });
      if (claim.state === 'claimed') await store.release('k', claim.token);
    }
    const letters: DeadLetter[] = [];
    const { receiver, deliver } = testReceiver({
      idempotency: { store, key: () => 'k' },
      maxAttempts: 2,
      onDeadLetter: (letter, context) => {
        letters.push(letter);
        expect(context).toMatchObject({ attempt: 3, deliveryKey: 'k' });
      },
    });
    receiver.on('*', () => expect.unreachable());
    expect(await deliver()).toMatchObject({ result: 'dead_lettered', status: 200 });
    expect(letters[0]).toMatchObject({ attempt: 3, event: { event: 'video.deleted' } });
    expect(letters[0]?.error.message).toBe(
      'Attempt 2 of 2 gave no result: the process ended, the handler ran out of time or the dead letter failed',
    );
    expect(await deliver()).toMatchObject({ result: 'duplicate' });
  });

  it('a handler that ran out of time in the last attempt is a dead letter that does not blame the process', async () => {
    const letters: DeadLetter[] = [];
    const t = testReceiver({
      idempotency: memoryStore(),
      maxAttempts: 1,
      onDeadLetter: (letter) => void letters.push(letter),
    });
    t.receiver.on('*', () => new Promise(() => undefined));
    const outcome = t.deliver();
    await vi.advanceTimersByTimeAsync(25_100);
    expect(await outcome).toMatchObject({ status: 503, error: { code: 'handler_timeout' } });
    await vi.advanceTimersByTimeAsync(20_100);
    expect(await t.deliver()).toMatchObject({ result: 'dead_lettered' });
    expect(letters[0]?.error.message).toContain('the handler ran out of time');
  });

  it('a dead letter that cannot be kept is tried again', async () => {
    let broken = true;
    const kept: number[] = [];
    const { outcomes, attempts, letters, errors, deliver } = await untilTaken({
      maxAttempts: 1,
      onDeadLetter: ({ attempt }) => {
        if (broken) throw new Error('disk full');
        kept.push(attempt);
      },
    });
    expect(outcomes).toHaveLength(7);
    expect(outcomes.every(({ status }) => status === 500)).toBe(true);
    // The handler itself ran only in the one attempt it had.
    expect(attempts).toEqual([1]);
    expect(letters).toEqual([]);
    expect(errors.at(-1)?.cause).toEqual(new Error('disk full'));
    broken = false;
    expect(await deliver()).toMatchObject({ result: 'dead_lettered' });
    expect(kept).toEqual([8]);
  });

  it('a dead letter has the time of a handler, and may be kept late', async () => {
    const work = deferred();
    const t = testReceiver({ idempotency: memoryStore(), maxAttempts: 1, onDeadLetter: () => work.promise });
    t.receiver.on('*', () => {
      throw boom;
    });
    const outcome = t.deliver();
    await vi.advanceTimersByTimeAsync(25_100);
    expect(await outcome).toMatchObject({ result: 'failed', status: 503, error: { code: 'handler_timeout' } });
    expect(await t.deliver()).toMatchObject({ status: 409 });
    work.resolve();
    await t.receiver.drain();
    expect(await t.deliver()).toMatchObject({ result: 'duplicate' });
  });

  it('a queue that counts for itself is believed about the number, not about the claim', async () => {
    const { receiver } = testReceiver({ idempotency: memoryStore() });
    const seen: number[] = [];
    receiver.on('*', (_, context) => void seen.push(context.attempt));
    expect(await receiver.dispatch(body, { attempt: 9 })).toMatchObject({ result: 'processed' });
    expect(await receiver.dispatch(body)).toMatchObject({ result: 'duplicate' });
    expect(seen).toEqual([9]);
  });
});
