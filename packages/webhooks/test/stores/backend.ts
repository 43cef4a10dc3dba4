// What a store's tests need of it.
import type { IdempotencyStore } from '../../src/stores/idempotency-store.js';

/** A store under test and how its clients are ended. `sleep` lets its own clock pass. */
export interface Backend {
  readonly store: IdempotencyStore;
  /** The same store in another worker: over a client of its own. */
  readonly other: IdempotencyStore;
  sleep(ms: number): Promise<void>;
  close(): Promise<void>;
}

export interface BackendKind {
  readonly name: string;
  readonly available: boolean;
  open(): Promise<Backend>;
}
