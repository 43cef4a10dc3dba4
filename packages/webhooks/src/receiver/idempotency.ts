/**
 * The memory of which events were handled, shared by all processes of a receiver.
 *
 * Every step is a compare-and-set on the claim's token, so a claim that was lost to another process can neither
 * complete nor release what that process now holds. Times are real time, in milliseconds.
 */
export interface IdempotencyStore {
  /**
   * Takes the right to handle `key` for `leaseMs`, unless another holds it or it is done. `attempt` counts the claims of
   * this key; the count survives release and the end of a lease for `ttlMs`.
   */
  claim(key: string, times: { leaseMs: number; ttlMs: number }): Promise<Claim>;
  /** Marks the key as done for `ttlMs`; false (and nothing changes) when the token no longer holds the claim. */
  complete(key: string, token: string, ttlMs: number): Promise<boolean>;
  /** Gives the claim back so that the next copy may run; false when the token no longer holds it. */
  release(key: string, token: string): Promise<boolean>;
}

/** What a claim came to. */
export type Claim =
  | { state: 'claimed'; token: string; attempt: number }
  | { state: 'in_progress'; retryAfterMs: number }
  | { state: 'done' };

// By identity: a spy or proxy of such a function, properties and all, is another function.
const AT_ONCE = /* @__PURE__ */ new WeakMap<object, unknown>();

/**
 * A store's function that has its answer at once, as a promise for whoever calls it by contract. The receiver takes the
 * answer itself: the promises were most of what a store in memory cost.
 */
export function answersAtOnce<A extends unknown[], R>(work: (...args: A) => R): (...args: A) => Promise<R> {
  const ask = async (...args: A) => work(...args);
  AT_ONCE.set(ask, work);
  return ask;
}

/** The function behind {@link answersAtOnce}, undefined for any other. */
export function atOnce<A extends unknown[], R>(ask: (...args: A) => Promise<R>): ((...args: A) => R) | undefined {
  return AT_ONCE.get(ask) as ((...args: A) => R) | undefined;
}
