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
  /** Releases the claim so that the next copy may run; false when the token no longer holds it. */
  release(key: string, token: string): Promise<boolean>;
}

/** The reply of a store to a claim. */
export type Claim =
  | { state: 'claimed'; token: string; attempt: number }
  | { state: 'in_progress'; retryAfterMs: number }
  | { state: 'done' };
