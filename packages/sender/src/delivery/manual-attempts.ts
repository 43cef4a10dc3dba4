interface Waiter {
  readonly delivery: number;
  readonly webhook: number;
  readonly number: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Who waits for manual attempts to be recorded. */
export class ManualAttempts {
  readonly #waiters = new Set<Waiter>();

  /** Resolves when the manual attempt of a delivery with this number is recorded; rejects when it is not made any more. */
  wait(delivery: number, webhook: number, number: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiters.add({ delivery, webhook, number, resolve, reject });
    });
  }

  /** The manual attempt of this delivery with this number is recorded. */
  recorded(delivery: number, number: number): void {
    for (const waiter of this.#waiters) {
      if (waiter.delivery !== delivery || waiter.number > number) continue;
      this.#waiters.delete(waiter);
      waiter.resolve();
    }
  }

  /** The manual attempts of a webhook, or all, are not made any more. */
  reject(message: string, ofWebhook?: number): void {
    for (const waiter of this.#waiters) {
      if (ofWebhook !== undefined && waiter.webhook !== ofWebhook) continue;
      this.#waiters.delete(waiter);
      waiter.reject(new Error(message));
    }
  }
}
