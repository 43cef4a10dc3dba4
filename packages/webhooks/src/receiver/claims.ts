import { sha256Hex } from '#hmac';
import type { Task } from './context.js';
import { type Deadlines, EXPIRED, within } from './deadlines.js';
import type { Claim } from './idempotency.js';
import type { Settings } from './options.js';
import { errorOf } from './outcome.js';
import { report } from './report.js';

export type HeldClaim = Extract<Claim, { state: 'claimed' }>;

/** The receiver's dealings with its idempotency store: every call is bounded, and a fault after the handler ran is only reported. */
export class Claims {
  readonly #settings: Settings & { readonly idempotency: NonNullable<Settings['idempotency']> };
  readonly #deadlines: Deadlines;

  constructor(settings: Settings, idempotency: NonNullable<Settings['idempotency']>, deadlines: Deadlines) {
    this.#settings = { ...settings, idempotency };
    this.#deadlines = deadlines;
  }

  /**
   * The deduplication key of a task; null for "do not deduplicate".
   *
   * @throws whatever the user's key function throws
   */
  async keyOf(task: Task): Promise<string | null> {
    const { key } = this.#settings.idempotency;
    // Bytes that are no event have nothing a key function could look at.
    if (key === undefined || task.event === null) return sha256Hex(task.rawBody);
    const { event, rawBody, secretIndex } = task;
    const given = await this.#bounded(Promise.resolve(key({ event, rawBody, secretIndex })), 'The key function');
    if (given === null || (typeof given === 'string' && given !== '')) return given;
    throw new TypeError('idempotency.key must return a non-empty string, or null for "do not deduplicate"');
  }

  /** Takes the claim. Throws when the store fails or hangs: nothing may run then. */
  claim(key: string): Promise<Claim> {
    const { store, ttl } = this.#settings.idempotency;
    return this.#bounded(store.claim(key, { leaseMs: this.#settings.lease, ttlMs: ttl }), 'The store');
  }

  /** Marks the event as handled. It is, whatever the store says now: a fault is only reported. */
  async complete(task: Task, claim: HeldClaim): Promise<void> {
    const { store, ttl } = this.#settings.idempotency;
    await this.#afterwards(task, (key) => store.complete(key, claim.token, ttl));
  }

  /** Gives the claim back for the next attempt. */
  async release(task: Task, claim: HeldClaim): Promise<void> {
    await this.#afterwards(task, (key) => this.#settings.idempotency.store.release(key, claim.token));
  }

  async #afterwards(task: Task, step: (key: string) => Promise<boolean>): Promise<void> {
    try {
      await this.#bounded(step(task.key as string), 'The store');
    } catch (cause) {
      report(this.#settings, errorOf('store_unavailable', { cause }), task);
    }
  }

  async #bounded<T>(work: Promise<T>, who: string): Promise<T> {
    const result = await within(this.#deadlines, work);
    if (result === EXPIRED) throw new Error(`${who} did not answer within ${this.#settings.storeTimeout} ms`);
    return result;
  }
}
