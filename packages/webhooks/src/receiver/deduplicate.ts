import { sha256Hex } from '#runtime';
import { traceStore } from '#traces';
import type { Deadlines } from '../runtime/deadlines.js';
import type { Claim, IdempotencyStore } from '../stores/idempotency-store.js';
import { bytesOf, type DeliveryState, perEnv } from './context.js';
import { duplicate, reportFailure } from './hooks.js';
import { type Outcome, rejected } from './outcome.js';
import { type IdempotencySettings, isStore, type Settings } from './settings.js';
import { withTimeoutOrThrow } from './timeouts.js';

/** A claim that this receiver holds. A fault of the store after the handlers ran is only reported. */
export interface HeldClaim {
  readonly attempt: number;
  /** Marks the event as handled. It is, whatever the store replies. */
  complete(): Promise<void>;
  /** Releases the claim for the next attempt. */
  release(): Promise<void>;
}

/** The right to run the handlers: `claim` is null where the delivery is not deduplicated. Otherwise the answer. */
export type ClaimVerdict = { readonly claim: HeldClaim | null } | Outcome;

/** A checked reply of a store. */
type ClaimReply =
  | { readonly state: 'claimed'; readonly token: string; readonly attempt: number }
  | { readonly state: 'in_progress'; readonly retryAfterMs: number }
  | { readonly state: 'done' };

/** Each request with a store of its own deduplicates nothing; from this many on, that is reported. */
const MAX_STORES = 16;

// Two receivers on one store: the one with the longer `ttl` (and `maxAge`) must find what the other has handled.
const longestTtl = /* @__PURE__ */ new WeakMap<IdempotencyStore, number>();

/** Deduplication through the idempotency store: every call is bounded, and a fault after the handler ran is only reported. */
export class Deduplicator {
  readonly #settings: Settings;
  readonly #options: IdempotencySettings;
  readonly #deadlines: Deadlines;
  readonly #storeFor: (delivery: DeliveryState) => IdempotencyStore;
  readonly #stores = new WeakSet<IdempotencyStore>();
  #storeCount = 0;

  constructor(settings: Settings, options: IdempotencySettings, deadlines: Deadlines) {
    this.#settings = settings;
    this.#options = options;
    this.#deadlines = deadlines;
    const { store, ttl } = options;
    if (typeof store !== 'function') registerTtl(store, ttl);
    this.#storeFor = perEnv(store, (made, delivery) => {
      if (!isStore(made)) {
        throw new TypeError('idempotency must return a store with claim, complete and release');
      }
      registerTtl(made, ttl);
      this.#count(made, delivery);
    });
  }

  /**
   * Claims a delivery for this run. A copy of one that is done is a duplicate; one that is under way is answered 409, or is
   * a duplicate where the answer comes before the handlers run (`inBackground`).
   */
  async claim(delivery: DeliveryState, inBackground: boolean): Promise<ClaimVerdict> {
    let fault: 'handler_failed' | 'store_unavailable' = 'handler_failed';
    try {
      const key = await this.#keyOf(delivery);
      delivery.key = key;
      if (key === null) return { claim: null };
      fault = 'store_unavailable';
      const store = this.#storeFor(delivery);
      const ask = () => this.#askStore(store, key);
      const reply = await traceStore('claim', key, ask, ({ state }) => state);
      if (reply.state === 'claimed') return { claim: this.#held(reply, store, key, delivery) };
      if (reply.state === 'in_progress' && !inBackground) {
        return rejected('event_in_progress', { event: delivery.event, retryAfterMs: reply.retryAfterMs });
      }
      return duplicate(this.#settings, delivery);
    } catch (cause) {
      return reportFailure(this.#settings, fault, delivery, { cause });
    }
  }

  /**
   * The idempotency key of a delivery; null for "do not deduplicate".
   *
   * @throws whatever the user's key function throws
   */
  async #keyOf(delivery: DeliveryState): Promise<string | null> {
    const { key } = this.#options;
    const { event, secretIndex } = delivery;
    const rawBody = bytesOf(delivery);
    // Bytes that are not an event have nothing a key function could look at.
    if (key === undefined || event === null) return delivery.key ?? sha256Hex(rawBody);
    const given = await withTimeoutOrThrow(this.#deadlines, key({ event, rawBody, secretIndex }), 'The key function');
    if (given === null || (typeof given === 'string' && given !== '')) return given;
    throw new TypeError('idempotency.key must return a non-empty string, or null for "do not deduplicate"');
  }

  /** Claims a key. Throws when the store fails, hangs or gives a reply that is not a claim: no handler may run then. */
  async #askStore(store: IdempotencyStore, key: string): Promise<ClaimReply> {
    const { lease } = this.#settings;
    const pending = Promise.resolve(store.claim(key, { leaseMs: lease, ttlMs: this.#ttlOf(store) }));
    try {
      return checkedReply(await withTimeoutOrThrow(this.#deadlines, pending, 'The store'), lease);
    } catch (error) {
      releaseLate(pending, store, key);
      throw error;
    }
  }

  #held(
    { token, attempt }: { readonly token: string; readonly attempt: number },
    store: IdempotencyStore,
    key: string,
    delivery: DeliveryState,
  ): HeldClaim {
    // A queue that counts knows better.
    delivery.attempt = delivery.source.attempt ?? attempt;
    return {
      attempt,
      complete: () => this.#afterwards('complete', key, delivery, () => store.complete(key, token, this.#ttlOf(store))),
      release: () => this.#afterwards('release', key, delivery, () => store.release(key, token)),
    };
  }

  async #afterwards(
    operation: 'complete' | 'release',
    key: string,
    delivery: DeliveryState,
    step: () => Promise<boolean>,
  ): Promise<void> {
    const bounded = async () => {
      const held: unknown = await withTimeoutOrThrow(this.#deadlines, step(), 'The store');
      if (typeof held !== 'boolean') throw new TypeError(`The store gave ${typeof held} where it must give a boolean`);
      return held;
    };
    try {
      await traceStore(operation, key, bounded, (held) => (held ? 'held' : 'lost'));
    } catch (cause) {
      reportFailure(this.#settings, 'store_unavailable', delivery, { cause });
    }
  }

  #ttlOf(store: IdempotencyStore): number {
    return Math.max(this.#options.ttl, longestTtl.get(store) ?? 0);
  }

  #count(store: IdempotencyStore, delivery: DeliveryState): void {
    if (this.#stores.has(store)) return;
    this.#stores.add(store);
    if (++this.#storeCount !== MAX_STORES + 1) return;
    const message =
      `idempotency has given more than ${MAX_STORES} stores, which deduplicates nothing: ` +
      'return one for all requests';
    reportFailure(this.#settings, 'store_unavailable', delivery, { message });
  }
}

function registerTtl(store: IdempotencyStore, ttl: number): void {
  longestTtl.set(store, Math.max(ttl, longestTtl.get(store) ?? 0));
}

/** Releases a claim that arrives after the timeout; otherwise retries get 409 until its lease ends. */
function releaseLate(pending: Promise<Claim>, store: IdempotencyStore, key: string): void {
  pending
    .then((late) => (late.state === 'claimed' ? store.release(key, late.token) : undefined))
    .catch(() => undefined);
}

/** What a store replied, if it is a claim: tested positively, so that no unknown reply counts as a state. */
function checkedReply(reply: Claim, leaseMs: number): ClaimReply {
  const { state, token, attempt, retryAfterMs } = (reply ?? {}) as {
    [member in 'state' | 'token' | 'attempt' | 'retryAfterMs']?: unknown;
  };
  if (state === 'done') return { state };
  if (state === 'in_progress') {
    // Capped at the lease: no claim is held for longer.
    return { state, retryAfterMs: Number.isFinite(retryAfterMs) ? Math.min(retryAfterMs as number, leaseMs) : leaseMs };
  }
  if (state === 'claimed' && typeof token === 'string' && token && isCount(attempt)) {
    return { state, token, attempt };
  }
  throw new TypeError(
    'claim() of the store gave neither { state: "claimed", token, attempt } nor "in_progress" nor "done"',
  );
}

/** Whether a value counts something: an integer from 1. */
export function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 1;
}
