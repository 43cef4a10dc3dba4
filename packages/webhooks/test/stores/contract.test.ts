import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IdempotencyStore } from '../../src/stores/idempotency-store.js';
import { storeContract } from '../../src/testing/index.js';
import type { Backend } from './backend.js';
import { BACKENDS, uniqueKey } from './harness.js';

const LONG = { leaseMs: 30_000, ttlMs: 60_000 };

describe.each(BACKENDS)('the store contract on $name', ({ available, open }) => {
  describe.skipIf(!available)('with its server', () => {
    let backend: Backend;
    let store: IdempotencyStore;
    beforeAll(async () => {
      backend = await open();
      store = backend.store;
    });
    afterAll(() => backend?.close());

    it.each(storeContract(() => store))('$name', ({ run }) => run());

    it('gives one of 200 claims at once to two workers, and later one again', async () => {
      const key = uniqueKey();
      for (const attempt of [1, 2]) {
        const claims = await Promise.all(
          Array.from({ length: 200 }, (_, n) => (n % 2 ? backend.other : store).claim(key, LONG)),
        );
        const winners = claims.flatMap((claim) => (claim.state === 'claimed' ? [claim] : []));
        expect(winners).toMatchObject([{ attempt }]);
        expect(claims.filter(({ state }) => state === 'in_progress')).toHaveLength(199);
        expect(await backend.other.release(key, winners[0]?.token ?? '')).toBe(true);
      }
    });

    it('takes fractions of a millisecond', async () => {
      const key = uniqueKey();
      const claim = await store.claim(key, { leaseMs: 1_500.25, ttlMs: 60_000.5 });
      expect(claim.state === 'claimed' && (await store.complete(key, claim.token, 60_000.5))).toBe(true);
    });

    it('rejects misuse with a TypeError', async () => {
      await expect(store.claim('', LONG)).rejects.toThrow(TypeError);
      await expect(store.claim(7 as unknown as string, LONG)).rejects.toThrow(/key must be a non-empty string/);
      for (const wrong of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
        await expect(store.claim('k', { leaseMs: wrong, ttlMs: 1_000 })).rejects.toThrow(/leaseMs/);
        await expect(store.claim('k', { leaseMs: 1_000, ttlMs: wrong })).rejects.toThrow(/ttlMs/);
        await expect(store.complete('k', 't', wrong)).rejects.toThrow(/ttlMs/);
      }
    });
  });
});
