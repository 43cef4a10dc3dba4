import type { Sender } from '@videocloud/webhooks-sender';

// Of each subscription.
const KEPT = 3;

interface Known {
  current: Buffer;
  /** The latest first. */
  former: Buffer[];
}

/**
 * The secrets that subscriptions had before they were rotated, while this process ran.
 *
 * The sender keeps the current one only. A receiver that still has the former one is the most common mistake after a rotation.
 */
export class FormerSecrets {
  readonly #sender: Sender;
  readonly #known = new Map<string, Known>();

  constructor(sender: Sender) {
    this.#sender = sender;
    for (const { id } of sender.webhooks()) this.note(id);
  }

  /** Looks at the secret of a subscription that may have changed. */
  note(webhookId: string): void {
    const secret = this.#sender.secretOf(webhookId);
    if (secret === undefined) return void this.#known.delete(webhookId);
    const current = Buffer.from(secret);
    const known = this.#known.get(webhookId);
    if (known === undefined) return void this.#known.set(webhookId, { current, former: [] });
    if (known.current.equals(current)) return;
    const former = [known.current, ...known.former].filter((one) => !one.equals(current));
    this.#known.set(webhookId, { current, former: former.slice(0, KEPT) });
  }

  /** The latest first. */
  of(webhookId: string): readonly Uint8Array[] {
    return this.#known.get(webhookId)?.former ?? [];
  }
}
