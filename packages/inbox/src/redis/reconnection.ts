/** How ioredis comes back to a server that went away; until told that nobody needs it any more. */
export class Reconnection {
  #over = false;

  /** ioredis asks after each loss how long to wait; null: do not come back, and fail what waits. */
  readonly strategy = (times: number): number | null => (this.#over ? null : Math.min(1_000, 50 * times));

  end(): void {
    this.#over = true;
  }
}

/** How long a close may wait for a server that is away. */
export const FAREWELL_MS = 2_000;
