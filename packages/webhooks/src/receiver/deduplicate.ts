import { sha256Hex } from '#runtime';
import { traceStore } from '#traces';
import { errorOf } from '../errors.js';
import type { Deadlines } from '../runtime/deadlines.js';
import type { Claim, IdempotencyStore } from '../stores/idempotency-store.js';
import { bytesOf, type DeliveryState, perEnv } from './context.js';
import { callHook, reportError, reportFailure } from './hooks.js';
import { acknowledged, type Outcome, rejected } from './outcome.js';
import { type IdempotencySettings, isStore, type Settings } from './settings.js';
import { withTimeoutOrThrow } from './timeouts.js';

/** A claim that this receiver holds, with the store that gave it. */
export interface HeldClaim {
  readonly store: IdempotencyStore;
  readonly key: string;
  readonly token: string;
  readonly attempt: number;
}

/** The right to run the handlers: `claim` is null where the delivery is not deduplicated. Otherwise the answer. */
export type ClaimVerdict = { readonly claim: HeldClaim | null } | Outcome;

/** A checked reply of a store. */
type ClaimReply =
  | { readonly state: 'claimed'; readonly claim: HeldClaim }
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
        throw new TypeError('The idempotency function must return a store with claim, complete and release');
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
    let key: string | null;
    try {
      key = await this.#keyOf(delivery);
    } catch (cause) {
      return reportFailure(this.#settings, 'handler_failed', delivery, { cause });
    }
    delivery.key = key;
    if (key === null) return { claim: null };

    let reply: ClaimReply;
    try {
      reply = await this.#traceClaim(key, delivery);
    } catch (cause) {
      return reportFailure(this.#settings, 'store_unavailable', delivery, { cause });
    }
    if (reply.state === 'claimed') {
      // A queue that counts knows better.
      delivery.attempt = delivery.source.attempt ?? reply.claim.attempt;
      return { claim: reply.claim };
    }
    const { event } = delivery;
    if (reply.state === 'done' || inBackground) {
      callHook(this.#settings.onDuplicate, { event, rawBody: bytesOf(delivery), deliveryKey: key });
      return acknowledged('duplicate', { event });
    }
    return rejected('event_in_progress', { event, retryAfterMs: reply.retryAfterMs });
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
    if (key === undefined || event === null) return sha256Hex(rawBody);
    const given = await withTimeoutOrThrow(this.#deadlines, key({ event, rawBody, secretIndex }), 'The key function');
    if (given === null || (typeof given === 'string' && given !== '')) return given;
    throw new TypeError('idempotency.key must return a non-empty string, or null for "do not deduplicate"');
  }

  /** Claims a key. Throws when the store fails, hangs or gives a reply that is not a claim: no handler may run then. */
  #traceClaim(key: string, delivery: DeliveryState): Promise<ClaimReply> {
    return traceStore(
      'claim',
      key,
      () => this.#askStore(key, delivery),
      ({ state }) => state,
    );
  }

  async #askStore(key: string, delivery: DeliveryState): Promise<ClaimReply> {
    const store = this.#storeFor(delivery);
    const times = { leaseMs: this.#settings.lease, ttlMs: this.#ttlOf(store) };
    const pending = Promise.resolve(store.claim(key, times));
    let reply: Claim;
    try {
      reply = await withTimeoutOrThrow(this.#deadlines, pending, 'The store');
    } catch (error) {
      releaseLate(pending, store, key);
      throw error;
    }
    return checkedReply(reply, store, key, this.#settings.lease);
  }

  /** Marks the event as handled. It is, whatever the store replies: a fault is only reported. */
  async complete(claim: HeldClaim, delivery: DeliveryState): Promise<void> {
    const { store, key, token } = claim;
    await this.#afterwards('complete', key, delivery, () => store.complete(key, token, this.#ttlOf(store)));
  }

  /** Releases the claim for the next attempt. */
  async release(claim: HeldClaim, delivery: DeliveryState): Promise<void> {
    const { store, key, token } = claim;
    await this.#afterwards('release', key, delivery, () => store.release(key, token));
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
      reportError(this.#settings, errorOf('store_unavailable', { cause }), delivery);
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
      `The idempotency function has given more than ${MAX_STORES} different stores: a store for each request ` +
      'deduplicates nothing. Return one store of shared state';
    reportError(this.#settings, errorOf('store_unavailable', { message }), delivery);
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
function checkedReply(reply: Claim, store: IdempotencyStore, key: string, leaseMs: number): ClaimReply {
  const { state, token, attempt, retryAfterMs } = (reply ?? {}) as {
    [member in 'state' | 'token' | 'attempt' | 'retryAfterMs']?: unknown;
  };
  if (state === 'done') return { state };
  if (state === 'in_progress') {
    // Capped at the lease: no claim is held for longer.
    return { state, retryAfterMs: Number.isFinite(retryAfterMs) ? Math.min(retryAfterMs as number, leaseMs) : leaseMs };
  }
  if (state === 'claimed' && typeof token === 'string' && token && isCount(attempt)) {
    return { state, claim: { store, key, token, attempt } };
  }
  throw new TypeError(
    'claim() of the store gave neither { state: "claimed", token, attempt } nor "in_progress" nor "done"',
  );
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 1;
}
