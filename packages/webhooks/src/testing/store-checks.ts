import type { Claim, IdempotencyStore } from '../stores/idempotency-store.js';

/** One demand on a store, with a key that nothing else uses. */
export type Contract = (store: IdempotencyStore, key: string) => Promise<void>;

export const LONG = { leaseMs: 30_000, ttlMs: 60_000 };

/** How long {@link eventually} waits; a slow machine must not fail a good store. */
const PATIENCE_MS = 20_000;

/** @throws Error with what the contract says, when it does not hold */
export function check(holds: boolean, contract: string): void {
  if (!holds) throw new Error(`The store breaks the contract: ${contract}`);
}

/** The claim, when it is one with a token. */
export function claimed(claim: Claim): Extract<Claim, { state: 'claimed' }> {
  if (claim.state !== 'claimed') throw new Error(`The store breaks the contract: claimed, not ${claim.state}`);
  check(typeof claim.token === 'string' && claim.token !== '', 'a token is a non-empty string');
  return claim;
}

/** Claims again and again until the store gives the claim. */
export async function eventually(claim: () => Promise<Claim>): Promise<Extract<Claim, { state: 'claimed' }>> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const given = await claim();
    if (given.state === 'claimed' || performance.now() > deadline) return claimed(given);
    await pause(10);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
