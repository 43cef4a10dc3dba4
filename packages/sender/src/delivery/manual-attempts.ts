interface Waiter {
  readonly webhook: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Who waits for manual attempts to be recorded. */
export class ManualAttempts {
  readonly #waiters = new Map<number, Waiter[]>();

  /** Resolves when the manual attempt of a delivery is recorded; rejects when it is not made any more. */
  wait(delivery: number, webhook: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiters = this.#waiters.get(delivery) ?? [];
      waiters.push({ webhook, resolve, reject });
      this.#waiters.set(delivery, waiters);
    });
  }

  /** A manual attempt of this delivery is recorded. */
  recorded(delivery: number): void {
    for (const { resolve } of this.#waiters.get(delivery) ?? []) resolve();
    this.#waiters.delete(delivery);
  }

  /** The manual attempts of a webhook, or all, are not made any more. */
  reject(message: string, ofWebhook?: number): void {
    for (const [delivery, waiters] of this.#waiters) {
      if (ofWebhook !== undefined && waiters[0]?.webhook !== ofWebhook) continue;
      for (const { reject } of waiters) reject(new Error(message));
      this.#waiters.delete(delivery);
    }
  }
}
