import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Claim, IdempotencyStore } from '../../src/receiver/idempotency.js';
import { BACKENDS, type Backend, uniqueKey } from './harness.js';

const LONG = { leaseMs: 30_000, ttlMs: 60_000 };
const BRIEF = { leaseMs: 40, ttlMs: 60_000 };

function claimed(claim: Claim): Extract<Claim, { state: 'claimed' }> {
  if (claim.state !== 'claimed') throw new Error(`expected a claim, got ${JSON.stringify(claim)}`);
  return claim;
}

describe.each(BACKENDS)('the store contract on $name', ({ available, open }) => {
  describe.skipIf(!available)('with its server', () => {
    let backend: Backend;
    let store: IdempotencyStore;
    beforeAll(async () => {
      backend = await open();
      store = backend.store;
    });
    afterAll(() => backend?.close());

    it('gives the first claim, and tells the others how long it may take', async () => {
      const key = uniqueKey();
      const first = claimed(await store.claim(key, LONG));
      expect(first.attempt).toBe(1);
      expect(first.token).toMatch(/./);
      const second = await store.claim(key, LONG);
      expect(second.state).toBe('in_progress');
      if (second.state !== 'in_progress') return;
      expect(second.retryAfterMs).toBeGreaterThan(25_000);
      expect(second.retryAfterMs).toBeLessThanOrEqual(30_000);
      expect(Number.isInteger(second.retryAfterMs)).toBe(true);
    });

    it('keeps keys apart', async () => {
      const key = uniqueKey();
      claimed(await store.claim(key, LONG));
      claimed(await store.claim(`${key} `, LONG));
      claimed(await store.claim(key.toUpperCase(), LONG));
    });

    it('keeps keys apart that differ in halves of a surrogate pair, which have no UTF-8', async () => {
      const key = uniqueKey();
      for (const tail of ['\ud83d', '\ud83e', '\ufffd', `\ud83d${'x'.repeat(10_000)}`, `\ud83e${'x'.repeat(10_000)}`]) {
        const { token } = claimed(await store.claim(key + tail, LONG));
        expect(await store.complete(key + tail, token, 60_000)).toBe(true);
        expect(await store.claim(key + tail, LONG)).toEqual({ state: 'done' });
      }
    });

    it.each([
      ['long', 'x'.repeat(10_000)],
      ['with a zero byte', 'a\0b'],
      ['with braces, quotes and colons', '}{:\'"$1--'],
      ['in Cyrillic with an emoji', 'видео 🎬'],
    ])('takes a key that is %s', async (_, tail) => {
      const key = `${uniqueKey()}${tail}`;
      const { token } = claimed(await store.claim(key, LONG));
      expect((await store.claim(key, LONG)).state).toBe('in_progress');
      expect(await store.complete(key, token, 60_000)).toBe(true);
      expect(await store.claim(key, LONG)).toEqual({ state: 'done' });
      claimed(await store.claim(`${key}!`, LONG));
    });

    it('is done after complete, and forgets it after its ttl', async () => {
      const key = uniqueKey();
      const { token } = claimed(await store.claim(key, LONG));
      expect(await store.complete(key, token, 80)).toBe(true);
      expect(await store.claim(key, LONG)).toEqual({ state: 'done' });
      await backend.sleep(90);
      expect(claimed(await store.claim(key, LONG)).attempt).toBe(1);
    });

    it('counts attempts across release', async () => {
      const key = uniqueKey();
      for (const attempt of [1, 2, 3]) {
        const claim = claimed(await store.claim(key, LONG));
        expect(claim.attempt).toBe(attempt);
        expect(await store.release(key, claim.token)).toBe(true);
      }
    });

    it('counts attempts across the end of a lease', async () => {
      const key = uniqueKey();
      for (const attempt of [1, 2, 3]) {
        expect(claimed(await store.claim(key, BRIEF)).attempt).toBe(attempt);
        await backend.sleep(45);
      }
    });

    it('forgets the attempts after the ttl of the last claim', async () => {
      const key = uniqueKey();
      const { token } = claimed(await store.claim(key, { leaseMs: 10, ttlMs: 80 }));
      await store.release(key, token);
      await backend.sleep(90);
      expect(claimed(await store.claim(key, LONG)).attempt).toBe(1);
    });

    it('keeps a claim for its lease even where the ttl is shorter', async () => {
      const key = uniqueKey();
      claimed(await store.claim(key, { leaseMs: 30_000, ttlMs: 20 }));
      await backend.sleep(30);
      expect((await store.claim(key, LONG)).state).toBe('in_progress');
    });

    it('fences: a claim that was taken over can neither complete nor release', async () => {
      const key = uniqueKey();
      const late = claimed(await store.claim(key, BRIEF));
      await backend.sleep(45);
      const next = claimed(await store.claim(key, LONG));
      expect(next.token).not.toBe(late.token);
      expect(await store.complete(key, late.token, 60_000)).toBe(false);
      expect(await store.release(key, late.token)).toBe(false);
      expect((await store.claim(key, LONG)).state).toBe('in_progress');
      expect(await store.complete(key, next.token, 60_000)).toBe(true);
      expect(await store.claim(key, LONG)).toEqual({ state: 'done' });
    });

    it('lets a handler that overran its lease complete while nobody has taken over', async () => {
      const key = uniqueKey();
      const { token } = claimed(await store.claim(key, BRIEF));
      await backend.sleep(45);
      expect(await store.complete(key, token, 60_000)).toBe(true);
      expect(await store.claim(key, LONG)).toEqual({ state: 'done' });
    });

    it('refuses tokens that hold nothing, and changes nothing', async () => {
      const key = uniqueKey();
      expect(await store.complete(key, 'nobody', 60_000)).toBe(false);
      expect(await store.release(key, 'nobody')).toBe(false);
      const { token, attempt } = claimed(await store.claim(key, LONG));
      expect(attempt).toBe(1);
      expect(await store.complete(key, `${token}x`, 60_000)).toBe(false);
      expect(await store.complete(uniqueKey(), token, 60_000)).toBe(false);
      expect(await store.release(key, token)).toBe(true);
      expect(await store.release(key, token)).toBe(false);
      expect(await store.complete(key, token, 60_000)).toBe(false);
      expect(claimed(await store.claim(key, LONG)).attempt).toBe(2);
    });

    it('does not undo what is done', async () => {
      const key = uniqueKey();
      const { token } = claimed(await store.claim(key, LONG));
      await store.complete(key, token, 60_000);
      expect(await store.release(key, token)).toBe(false);
      expect(await store.complete(key, token, 60_000)).toBe(false);
      expect(await store.claim(key, LONG)).toEqual({ state: 'done' });
    });

    it('gives one of 200 simultaneous claims, and later one again', async () => {
      const key = uniqueKey();
      for (const attempt of [1, 2]) {
        const claims = await Promise.all(Array.from({ length: 200 }, () => store.claim(key, LONG)));
        const winners = claims.filter((claim) => claim.state === 'claimed');
        expect(winners).toHaveLength(1);
        expect(claims.filter((claim) => claim.state === 'in_progress')).toHaveLength(199);
        const winner = claimed(winners[0] ?? { state: 'done' });
        expect(winner.attempt).toBe(attempt);
        await store.release(key, winner.token);
      }
    });

    it('takes fractions of a millisecond', async () => {
      const key = uniqueKey();
      const { token } = claimed(await store.claim(key, { leaseMs: 1_500.25, ttlMs: 60_000.5 }));
      expect((await store.claim(key, LONG)).state).toBe('in_progress');
      expect(await store.complete(key, token, 60_000.5)).toBe(true);
    });

    it('rejects misuse with a TypeError', async () => {
      await expect(store.claim('', LONG)).rejects.toThrow(TypeError);
      for (const leaseMs of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
        await expect(store.claim('k', { leaseMs, ttlMs: 1_000 })).rejects.toThrow(/leaseMs/);
        await expect(store.claim('k', { leaseMs: 1_000, ttlMs: leaseMs })).rejects.toThrow(/ttlMs/);
        await expect(store.complete('k', 't', leaseMs)).rejects.toThrow(/ttlMs/);
      }
    });
  });
});
