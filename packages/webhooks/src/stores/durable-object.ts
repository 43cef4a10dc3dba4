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
      try {
        if ((await this.#storage.getAlarm()) === null) await this.#storage.setAlarm(Date.now() + MINUTE_MS);
        this.#alarmIsSet = true;
      } catch {
        // The step is done, and whoever asked must hear of it: the next request sets the alarm.
      }
    }
    return Response.json(reply);
  }

  /** Deletes a batch of expired claims and sets the next alarm while any are left. */
  async alarm(): Promise<void> {
    const now = Date.now();
    this.#storage.sql.exec(SWEEP, now);
    const [row] = this.#storage.sql.exec(NEXT_EXPIRY).toArray();
    this.#alarmIsSet = false;
    if (typeof row?.next !== 'number') return;
    await this.#storage.setAlarm(row.next <= now ? now : Math.max(row.next, now + MINUTE_MS));
    this.#alarmIsSet = true;
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
    throw new TypeError('durableObjectStore takes the binding of WebhookClaims, such as env.CLAIMS');
  }
  requireKnownOptions('durableObjectStore', options, ['shards']);
  const { shards = 16 } = options;
  if (!Number.isInteger(shards) || shards < 1 || shards > 1_024) {
    throw new TypeError(`shards must be an integer from 1 to 1024, not ${String(shards)}`);
  }
  const send = async (step: Step): Promise<unknown> => {
    const shard = `videocloud-webhooks-${shardOf(step.key, shards)}`;
    const object = namespace.get(namespace.idFromName(shard) as never);
    const response = await object.fetch('https://claims.invalid/', { method: 'POST', body: JSON.stringify(step) });
    if (!response.ok) throw new Error(`The Durable Object answered ${response.status}`);
    return response.json();
  };
  const settle = async (step: Step): Promise<boolean> => {
    const reply = await send(step);
    if (typeof reply === 'boolean') return reply;
    throw new TypeError(NOT_UNDERSTOOD);
  };
  return {
    async claim(key, { leaseMs, ttlMs }) {
      const token = crypto.randomUUID();
      const lease = wholeMs('leaseMs', leaseMs);
      const ttl = wholeMs('ttlMs', ttlMs);
      return claimOf(await send({ do: 'claim', key: await storedKey(key), token, lease, ttl }), token);
    },
    async complete(key, token, ttlMs) {
      const ttl = wholeMs('ttlMs', ttlMs);
      return settle({ do: 'complete', key: await storedKey(key), token, ttl });
    },
    async release(key, token) {
      return settle({ do: 'release', key: await storedKey(key), token });
    },
  };
}

const NOT_UNDERSTOOD = 'The Durable Object gave no reply of WebhookClaims';

function claimOf(reply: unknown, token: string): Claim {
  const { state, attempt, left } = Object(reply) as { state?: unknown; attempt?: unknown; left?: unknown };
  if (state === 'claimed' && typeof attempt === 'number') return { state, token, attempt };
  if (state === 'in_progress' && typeof left === 'number') return { state, retryAfterMs: left };
  if (state === 'done') return { state };
  throw new TypeError(NOT_UNDERSTOOD);
}

/** FNV-1a: even enough to spread keys, the same in every version. */
function shardOf(key: string, shards: number): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193) >>> 0;
  return hash % shards;
}
