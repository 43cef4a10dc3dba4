import type { Claim, IdempotencyStore } from '../stores/idempotency-store.js';
import { type Contract, check, claimed, eventually, LONG, pause } from './store-checks.js';
import { uniqueHex } from './unique.js';

/** One case of {@link storeContract}: a title, and a run that rejects when the store breaks the contract. */
export interface StoreContractCase {
  /** What the store must do, for the title of a test. */
  readonly name: string;
  /** Makes a store, and rejects with an `Error` that says what the store did instead. */
  run(): Promise<void>;
}

/**
 * The contract of `IdempotencyStore` as test cases, for whoever writes a store. They work in every test runner.
 *
 * Each case uses keys of its own, so the stores may share a database. They use real time: leases and memories of 100 ms,
 * so the whole contract takes about two seconds.
 *
 * @param makeStore gives the store under test; called once for each case
 * @returns the cases, for `it.each` or a loop
 * @example
 * ```ts
 * import { memoryStore } from '@videocloud/webhooks';
 * import { storeContract } from '@videocloud/webhooks/testing';
 * import { it } from 'vitest';
 *
 * it.each(storeContract(() => memoryStore()))('$name', ({ run }) => run());
 * ```
 */
export function storeContract(
  makeStore: () => IdempotencyStore | Promise<IdempotencyStore>,
): readonly StoreContractCase[] {
  if (typeof makeStore !== 'function') throw new TypeError('storeContract takes a function that makes a store');
  return CONTRACT.map(([name, test]) => ({
    name,
    async run() {
      const store = await makeStore();
      await test(store, `contract ${uniqueHex()}`);
    },
  }));
}

const CONTRACT: readonly (readonly [name: string, test: Contract])[] = [
  [
    'gives the first claim, and says how long the others have to wait',
    async (store, key) => {
      const { attempt } = claimed(await store.claim(key, LONG));
      check(attempt === 1, `the first claim is attempt 1, not ${attempt}`);
      const second = await store.claim(key, LONG);
      check(second.state === 'in_progress', `a second claim is in_progress, not ${second.state}`);
      const { retryAfterMs } = second as Extract<Claim, { state: 'in_progress' }>;
      const fits = Number.isInteger(retryAfterMs) && retryAfterMs > 0 && retryAfterMs <= LONG.leaseMs;
      check(fits, `retryAfterMs is a whole number of milliseconds within the lease, not ${retryAfterMs}`);
    },
  ],
  [
    'is done after complete',
    async (store, key) => {
      const { token } = claimed(await store.claim(key, LONG));
      check((await store.complete(key, token, LONG.ttlMs)) === true, 'complete by the holder is true');
      await isDone(store, key);
      check((await store.release(key, token)) === false, 'what is done cannot be released');
      check((await store.complete(key, token, LONG.ttlMs)) === false, 'what is done cannot be completed again');
      await isDone(store, key);
    },
  ],
  [
    'forgets what is done after its ttl, and not before',
    async (store, key) => {
      const { token } = claimed(await store.claim(key, LONG));
      const started = performance.now();
      await store.complete(key, token, 100);
      const next = await eventually(() => store.claim(key, LONG));
      const after = performance.now() - started;
      check(after > 90, `what is done is remembered for its ttl of 100 ms, not ${Math.round(after)} ms`);
      check(next.attempt === 1, 'a forgotten key begins with attempt 1');
    },
  ],
  [
    'counts attempts across release',
    async (store, key) => {
      for (const expected of [1, 2, 3]) {
        const { token, attempt } = claimed(await store.claim(key, LONG));
        check(attempt === expected, `claim ${expected} is attempt ${expected}, not ${attempt}`);
        check((await store.release(key, token)) === true, 'release by the holder is true');
      }
    },
  ],
  [
    'counts attempts across the end of a lease',
    async (store, key) => {
      for (const expected of [1, 2, 3]) {
        const { attempt } = await eventually(() => store.claim(key, { ...LONG, leaseMs: 50 }));
        check(attempt === expected, `claim ${expected} is attempt ${expected}, not ${attempt}`);
      }
    },
  ],
  [
    'forgets the attempts after the ttl of the last claim',
    async (store, key) => {
      const { token } = claimed(await store.claim(key, { leaseMs: 10, ttlMs: 100 }));
      await store.release(key, token);
      await pause(150);
      const { attempt } = claimed(await store.claim(key, LONG));
      check(attempt === 1, `forgotten attempts begin with 1, not ${attempt}`);
    },
  ],
  [
    'keeps a claim for its lease, even where the ttl is shorter',
    async (store, key) => {
      claimed(await store.claim(key, { leaseMs: LONG.leaseMs, ttlMs: 20 }));
      await pause(50);
      const { state } = await store.claim(key, LONG);
      check(state === 'in_progress', `a live claim is in_progress, not ${state}`);
    },
  ],
  [
    'never shortens a memory that an earlier claim asked for',
    async (store, key) => {
      const first = claimed(await store.claim(key, LONG));
      await store.release(key, first.token);
      const second = claimed(await store.claim(key, { leaseMs: LONG.leaseMs, ttlMs: 50 }));
      await store.complete(key, second.token, 50);
      await pause(100);
      await isDone(store, key);
    },
  ],
  [
    'lets a token that was lost neither complete nor release',
    async (store, key) => {
      const late = claimed(await store.claim(key, { ...LONG, leaseMs: 50 }));
      const next = await eventually(() => store.claim(key, LONG));
      check(next.token !== late.token, 'every claim has a token of its own');
      check((await store.complete(key, late.token, LONG.ttlMs)) === false, 'complete with a lost token is false');
      check((await store.release(key, late.token)) === false, 'release with a lost token is false');
      const { state } = await store.claim(key, LONG);
      check(state === 'in_progress', `a lost token changes nothing: in_progress, not ${state}`);
      check((await store.complete(key, next.token, LONG.ttlMs)) === true, 'complete by the holder is true');
      await isDone(store, key);
    },
  ],
  [
    'lets a handler that overran its lease complete while nobody has taken over',
    async (store, key) => {
      const { token } = claimed(await store.claim(key, { ...LONG, leaseMs: 50 }));
      await pause(100);
      check((await store.complete(key, token, LONG.ttlMs)) === true, 'complete after the lease is true');
      await isDone(store, key);
    },
  ],
  [
    'refuses tokens that hold nothing, and changes nothing',
    async (store, key) => {
      check((await store.complete(key, 'nobody', LONG.ttlMs)) === false, 'complete of an unknown key is false');
      check((await store.release(key, 'nobody')) === false, 'release of an unknown key is false');
      const { token, attempt } = claimed(await store.claim(key, LONG));
      check(attempt === 1, 'a refused token counts as no attempt');
      check((await store.complete(key, `${token}x`, LONG.ttlMs)) === false, 'complete with a wrong token is false');
      check((await store.complete(`${key} other`, token, LONG.ttlMs)) === false, 'a token holds its own key only');
      check((await store.release(key, token)) === true, 'release by the holder is true');
      check((await store.release(key, token)) === false, 'a second release is false');
      check((await store.complete(key, token, LONG.ttlMs)) === false, 'complete after release is false');
    },
  ],
  [
    'gives one of 50 claims at once',
    async (store, key) => {
      const claims = await Promise.all(Array.from({ length: 50 }, () => store.claim(key, LONG)));
      const states = claims.map(({ state }) => state);
      check(states.filter((state) => state === 'claimed').length === 1, `one of them is claimed: ${states.join()}`);
      check(states.filter((state) => state === 'in_progress').length === 49, `the others wait: ${states.join()}`);
    },
  ],
  ['keeps keys apart, whatever they hold', keepsKeysApart],
];

/** Keys that databases and encodings confuse. */
const TAILS = [
  '',
  ' ',
  '!',
  'a',
  'A',
  '\0',
  '\0a',
  '}{:\'"$1--',
  'видео 🎬',
  '\ud800',
  '\ud801',
  '\ufffd',
  `utf16:"\\ud800"`,
  'x'.repeat(10_000),
  `${'x'.repeat(10_000)}y`,
];

async function keepsKeysApart(store: IdempotencyStore, key: string): Promise<void> {
  for (const tail of TAILS) {
    const shown = JSON.stringify(tail.slice(0, 20));
    const claim = await store.claim(key + tail, LONG);
    check(claim.state === 'claimed', `a key that ends with ${shown} is a key of its own, not ${claim.state}`);
    await store.complete(key + tail, claimed(claim).token, LONG.ttlMs);
    await isDone(store, key + tail);
  }
}

async function isDone(store: IdempotencyStore, key: string): Promise<void> {
  const { state } = await store.claim(key, LONG);
  check(state === 'done', `the key is done, not ${state}`);
}
