import { requireKnownOptions } from '../unknown-options.js';
import { storedKey, wholeMs } from './arguments.js';
import {
  NEXT_EXPIRY,
  perform,
  readStep,
  SCHEMA,
  type SqlStorageLike,
  type Step,
  SWEEP,
} from './durable-object-claims.js';
import type { Claim, IdempotencyStore } from './idempotency-store.js';

/** What {@link WebhookClaims} uses of a Durable Object's state. */
export interface DurableObjectStateLike {
  readonly storage: {
    readonly sql: SqlStorageLike;
    getAlarm(): Promise<number | null>;
    setAlarm(at: number): Promise<void>;
  };
}

/** What {@link durableObjectStore} uses of a Durable Object namespace (`env.CLAIMS`). */
export interface DurableObjectNamespaceLike {
  idFromName(name: string): unknown;
  get(id: never): { fetch(url: string, init: { method: string; body: string }): Promise<ResponseLike> };
}

interface ResponseLike {
  readonly ok: boolean;
  readonly status: number;
  json(): Promise<unknown>;
}

/** The options of {@link durableObjectStore}. */
export interface DurableObjectStoreOptions {
  /** Over how many objects the keys are spread; default 16, at most 1 024. All receivers of one subscription give the same number. */
  shards?: number | undefined;
}

const MINUTE_MS = 60_000;

/**
 * The Durable Object behind {@link durableObjectStore}: the claims of one shard, in the object's own SQLite database.
 *
 * Export it from the Worker and bind it with a `new_sqlite_classes` migration. An alarm deletes what has expired.
 *
 * @example
 * ```ts
 * export { WebhookClaims } from '@videocloud/webhooks/stores/durable-object';
 * ```
 */
export class WebhookClaims {
  readonly #storage: DurableObjectStateLike['storage'];
  #alarmIsSet = false;

  constructor(state: DurableObjectStateLike) {
    this.#storage = state.storage;
    for (const statement of SCHEMA) this.#storage.sql.exec(statement);
  }

  /** One step of the store. Only the Worker that holds the binding can call it. */
  async fetch(request: Request): Promise<Response> {
    const step = readStep(await request.json());
    if (step === undefined) return new Response(null, { status: 400 });
    // Nothing is awaited from here to the reply, so no other request comes between.
    const reply = perform(this.#storage.sql, step, Date.now());
    if (!this.#alarmIsSet) {
      this.#alarmIsSet = true;
      if ((await this.#storage.getAlarm()) === null) await this.#storage.setAlarm(Date.now() + MINUTE_MS);
    }
    return Response.json(reply);
  }

  /** Deletes a batch of expired claims and sets the next alarm while any are left. */
  async alarm(): Promise<void> {
    const now = Date.now();
    this.#storage.sql.exec(SWEEP, now);
    const [row] = this.#storage.sql.exec(NEXT_EXPIRY).toArray();
    this.#alarmIsSet = typeof row?.next === 'number';
    if (typeof row?.next === 'number')
      await this.#storage.setAlarm(row.next <= now ? now : Math.max(row.next, now + MINUTE_MS));
  }
}

/**
 * An idempotency store in Durable Objects, shared by all isolates of a Worker.
 *
 * Each step is one request to one object. An object does one thing at a time, so claims of one key are serial.
 * Faults of the platform are thrown as they are.
 *
 * @param namespace the binding of {@link WebhookClaims}, such as `env.CLAIMS`
 * @throws TypeError when it is not a Durable Object namespace, or `shards` is not an integer from 1 to 1 024
 * @example
 * ```ts
 * import { createReceiver } from '@videocloud/webhooks';
 * import { durableObjectStore, type DurableObjectNamespaceLike } from '@videocloud/webhooks/stores/durable-object';
 *
 * export const receiverFor = (env: { CLAIMS: DurableObjectNamespaceLike; SECRET: string }) =>
 *   createReceiver({ secrets: env.SECRET, idempotency: durableObjectStore(env.CLAIMS) });
 * ```
 */
export function durableObjectStore(
  namespace: DurableObjectNamespaceLike,
  options: DurableObjectStoreOptions = {},
): IdempotencyStore {
  const shape = namespace as Partial<DurableObjectNamespaceLike> | null | undefined;
  if (typeof shape?.idFromName !== 'function' || typeof shape.get !== 'function') {
    throw new TypeError('durableObjectStore takes the binding of a Durable Object namespace, such as env.CLAIMS');
  }
  requireKnownOptions('durableObjectStore', options, ['shards']);
  const { shards = 16 } = options;
  if (!Number.isInteger(shards) || shards < 1 || shards > 1_024) {
    throw new TypeError(`shards must be an integer from 1 to 1024, not ${String(shards)}`);
  }
  return new DurableObjectStore(namespace, shards);
}

class DurableObjectStore implements IdempotencyStore {
  readonly #namespace: DurableObjectNamespaceLike;
  readonly #shards: number;

  constructor(namespace: DurableObjectNamespaceLike, shards: number) {
    this.#namespace = namespace;
    this.#shards = shards;
  }

  async claim(key: string, times: { leaseMs: number; ttlMs: number }): Promise<Claim> {
    const token = crypto.randomUUID();
    const lease = wholeMs('leaseMs', times.leaseMs);
    const reply = await this.#send({
      do: 'claim',
      key: await storedKey(key),
      token,
      lease,
      ttl: wholeMs('ttlMs', times.ttlMs),
    });
    const { state, attempt, left } = (reply ?? {}) as { state?: unknown; attempt?: unknown; left?: unknown };
    if (state === 'claimed' && typeof attempt === 'number') return { state, token, attempt };
    if (state === 'in_progress' && typeof left === 'number') return { state, retryAfterMs: left };
    if (state === 'done') return { state };
    throw new TypeError('The Durable Object gave no reply that durableObjectStore understands: is it WebhookClaims?');
  }

  async complete(key: string, token: string, ttlMs: number): Promise<boolean> {
    return this.#settled({ do: 'complete', key: await storedKey(key), token, ttl: wholeMs('ttlMs', ttlMs) });
  }

  async release(key: string, token: string): Promise<boolean> {
    return this.#settled({ do: 'release', key: await storedKey(key), token });
  }

  async #settled(step: Step): Promise<boolean> {
    const reply = await this.#send(step);
    if (typeof reply !== 'boolean')
      throw new TypeError('The Durable Object gave no reply that durableObjectStore understands');
    return reply;
  }

  async #send(step: Step): Promise<unknown> {
    const shard = `videocloud-webhooks-${shardOf(step.key, this.#shards)}`;
    const object = this.#namespace.get(this.#namespace.idFromName(shard) as never);
    const response = await object.fetch('https://claims.invalid/', { method: 'POST', body: JSON.stringify(step) });
    if (!response.ok) throw new Error(`The Durable Object answered ${response.status}`);
    return response.json();
  }
}

/** FNV-1a: even enough to spread keys, the same in every version. */
function shardOf(key: string, shards: number): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193) >>> 0;
  return hash % shards;
}
