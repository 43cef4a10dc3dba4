import type { Claim, IdempotencyStore } from '../receiver/idempotency.js';
import { wellFormedKey, wholeMs } from './arguments.js';
import { type RedisClient, type RunScript, scriptRunner } from './redis-client.js';
import { CLAIM, CLAIMED, COMPLETE, IN_PROGRESS, RELEASE } from './redis-scripts.js';

export type { IoredisLike, NodeRedisLike, RedisClient } from './redis-client.js';

/** The options of {@link redisStore}. */
export interface RedisStoreOptions {
  /** What the Redis keys begin with; default `videocloud:webhooks:`. Receivers of one subscription share it. */
  prefix?: string | undefined;
}

/**
 * An idempotency store in Redis 6.2 or later, shared by all instances of a receiver.
 *
 * Every step is one Lua call and one round trip on one key, so token, state and attempt count change together, in a
 * Cluster too; the server's clock counts. Faults of the client (connection refused, `OOM`, `READONLY`) are thrown as
 * they are. What Redis loses (a failover before replication, eviction under `maxmemory`) is handled again: use
 * `maxmemory-policy noeviction`, or `postgresStore` where an effect must be there exactly once.
 *
 * @param client a connected ioredis or node-redis client, pool or cluster of yours; it is never closed
 * @throws TypeError when the client is neither, or `prefix` is not a string
 * @example
 * ```ts
 * import { createReceiver } from '@videocloud/webhooks';
 * import { redisStore } from '@videocloud/webhooks/stores/redis';
 * import { Redis } from 'ioredis';
 *
 * const redis = new Redis('redis://127.0.0.1:6379');
 * const receiver = createReceiver({ secrets: 'whk-secret', idempotency: redisStore(redis) });
 * ```
 */
export function redisStore(client: RedisClient, options: RedisStoreOptions = {}): IdempotencyStore {
  const { prefix = 'videocloud:webhooks:' } = options;
  if (typeof prefix !== 'string') throw new TypeError(`prefix must be a string, not ${String(prefix)}`);
  return new RedisStore(scriptRunner(client), prefix);
}

class RedisStore implements IdempotencyStore {
  readonly #run: RunScript;
  readonly #prefix: string;

  constructor(run: RunScript, prefix: string) {
    this.#run = run;
    this.#prefix = prefix;
  }

  async claim(key: string, times: { leaseMs: number; ttlMs: number }): Promise<Claim> {
    const token = crypto.randomUUID();
    const [lease, ttl] = [wholeMs('leaseMs', times.leaseMs), wholeMs('ttlMs', times.ttlMs)];
    const reply = await this.#run(CLAIM, this.#name(key), [token, String(lease), String(ttl)]);
    // Some clients are set to give numbers as strings.
    const [state, detail] = Array.isArray(reply) ? reply.map(Number) : [];
    if (state === undefined || detail === undefined)
      throw new TypeError('The Redis client did not return the reply of the script');
    if (state === CLAIMED) return { state: 'claimed', token, attempt: detail };
    return state === IN_PROGRESS ? { state: 'in_progress', retryAfterMs: detail } : { state: 'done' };
  }

  async complete(key: string, token: string, ttlMs: number): Promise<boolean> {
    return Number(await this.#run(COMPLETE, this.#name(key), [token, String(wholeMs('ttlMs', ttlMs))])) === 1;
  }

  async release(key: string, token: string): Promise<boolean> {
    return Number(await this.#run(RELEASE, this.#name(key), [token])) === 1;
  }

  #name(key: string): string {
    // In braces, so that whatever else is kept beside it one day hashes to the same slot of a Cluster.
    return `${this.#prefix}{${wellFormedKey(key)}}`;
  }
}
