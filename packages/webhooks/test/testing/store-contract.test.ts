import { describe, expect, it } from 'vitest';
import { type IdempotencyStore, memoryStore } from '../../src/index.js';
import { storeContract } from '../../src/testing/index.js';

type Fault = (right: IdempotencyStore) => Partial<IdempotencyStore>;

/** Which cases of the contract a store fails. */
async function failed(fault: Fault): Promise<string[]> {
  const makeStore = () => {
    const right = memoryStore();
    return { ...bound(right), ...fault(bound(right)) };
  };
  const results = await Promise.all(
    storeContract(makeStore).map(({ name, run }) =>
      run().then(
        () => undefined,
        () => name,
      ),
    ),
  );
  return results.filter((name) => name !== undefined);
}

const bound = (store: IdempotencyStore): IdempotencyStore => ({
  claim: (key, times) => store.claim(key, times),
  complete: (key, token, ttlMs) => store.complete(key, token, ttlMs),
  release: (key, token) => store.release(key, token),
});

describe('storeContract', () => {
  it('passes a store that keeps it', async () => {
    expect(await failed(() => ({}))).toEqual([]);
  });

  // At once: two of the faults are found by what does not happen within 20 s.
  it.concurrent.each<[string, RegExp, Fault]>([
    [
      'claims twice',
      /gives the first claim/,
      () => ({ claim: async () => ({ state: 'claimed', token: 't', attempt: 1 }) }),
    ],
    ['forgets what is done', /is done after complete/, (right) => ({ complete: right.release })],
    [
      'ignores the token',
      /token that was lost/,
      ({ claim }) => {
        const tokens = new Map<string, string>();
        return {
          claim: async (key, times) => {
            const given = await claim(key, times);
            return given.state === 'claimed' ? { ...given, token: 'same' } : given;
          },
          complete: async (key) => tokens.has(key),
        };
      },
    ],
    [
      'never counts',
      /across release/,
      ({ claim }) => ({
        claim: async (key, times) => ({ ...(await claim(key, times)), attempt: 1 }) as never,
      }),
    ],
    [
      'folds case',
      /keys apart/,
      (right) => ({
        claim: (key, times) => right.claim(key.toLowerCase(), times),
        complete: (key, token, ttlMs) => right.complete(key.toLowerCase(), token, ttlMs),
      }),
    ],
    [
      'takes forever',
      /forgets what is done after its ttl/,
      (right) => ({
        complete: (key, token) => right.complete(key, token, 5),
      }),
    ],
    ['says "busy"', /gives the first claim/, () => ({ claim: async () => ({ state: 'busy' }) as never })],
  ])('catches a store that %s', async (_, name, fault) => {
    expect(await failed(fault)).toContainEqual(expect.stringMatching(name));
  });

  it('takes a function, which may be async, and calls it for each case', async () => {
    let made = 0;
    const [first, second] = storeContract(async () => {
      made++;
      return memoryStore();
    });
    await first?.run();
    await second?.run();
    expect(made).toBe(2);
    expect(() => storeContract(memoryStore() as never)).toThrow(/takes a function/);
  });
});
