import { sha256Hex } from '#hmac';
import type { WebhookEvent } from '../events/types.js';
import type { Task } from './context.js';
import { answered, type Deadlines } from './deadlines.js';
import { atOnce, type Claim } from './idempotency.js';
import { attempt } from './maybe-async.js';
import type { IdempotencyOptions, Settings } from './options.js';
import { errorOf } from './outcome.js';
import { report } from './report.js';

export type HeldClaim = Extract<Claim, { state: 'claimed' }>;

type KeyFunction = NonNullable<IdempotencyOptions['key']>;

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
  keyOf(task: Task): string | Promise<string | null> {
    const { key } = this.#settings.idempotency;
    // Bytes that are no event have nothing a key function could look at.
    return key === undefined || task.event === null ? sha256Hex(task.rawBody) : this.#givenKey(key, task, task.event);
  }

  async #givenKey(key: KeyFunction, task: Task, event: WebhookEvent): Promise<string | null> {
    const { rawBody, secretIndex } = task;
    const given = await answered(this.#deadlines, key({ event, rawBody, secretIndex }), 'The key function');
    if (given === null || (typeof given === 'string' && given !== '')) return given;
    throw new TypeError('idempotency.key must return a non-empty string, or null for "do not deduplicate"');
  }

  /** Takes the claim. Throws or rejects when the store fails, hangs or answers nonsense: nothing may run then. */
  claim(key: string): Claim | Promise<Claim> {
    const { store, ttl } = this.#settings.idempotency;
    const times = { leaseMs: this.#settings.lease, ttlMs: ttl };
    const now = atOnce(store.claim);
    if (now !== undefined) return now(key, times);
    const asked = Promise.resolve(store.claim(key, times));
    return answered(this.#deadlines, asked, 'The store').then(checkedClaim, (error: unknown) => {
      // A claim that comes too late is nobody's: held, it would answer 409 to every retry of its lease.
      asked
        .then((late) => (late.state === 'claimed' ? store.release(key, late.token) : undefined))
        .catch(() => undefined);
      throw error;
    });
  }

  /** Marks the event as handled. It is, whatever the store says now: a fault is only reported. */
  complete(task: Task, claim: HeldClaim): void | Promise<void> {
    const { store, ttl } = this.#settings.idempotency;
    return this.#afterwards(task, (key) => {
      const now = atOnce(store.complete);
      return now === undefined ? store.complete(key, claim.token, ttl) : now(key, claim.token, ttl);
    });
  }

  /** Gives the claim back for the next attempt. */
  release(task: Task, claim: HeldClaim): void | Promise<void> {
    return this.#afterwards(task, (key) => this.#settings.idempotency.store.release(key, claim.token));
  }

  #afterwards(task: Task, step: (key: string) => boolean | Promise<boolean>): void | Promise<void> {
    return attempt(
      () => {
        const given = step(task.key as string);
        return given === true ? given : answered(this.#deadlines, given, 'The store');
      },
      () => undefined,
      (cause) => report(this.#settings, errorOf('store_unavailable', { cause }), task),
    );
  }
}

/** What a store gave, if it is a claim. */
function checkedClaim(given: Claim): Claim {
  const { state, token } = (given ?? {}) as { state?: unknown; token?: unknown };
  if (state === 'claimed' ? typeof token === 'string' : state === 'in_progress' || state === 'done') return given;
  throw new TypeError(
    'claim() of the store gave neither { state: "claimed", token, attempt } nor "in_progress" nor "done"',
  );
}
