import { requireKnownOptions } from '../unknown-options.js';
import { storedKey, wholeMs } from './arguments.js';
import type { Claim, IdempotencyStore } from './idempotency-store.js';
import { claimOf, heldOf } from './parse-replies.js';
import { type RedisClient, type RunScript, scriptRunner } from './redis-client.js';
import { CLAIM, COMPLETE, RELEASE } from './redis-scripts.js';

export type { IoredisLike, NodeRedisLike, RedisClient, UpstashLike } from './redis-client.js';

/** The options of {@link redisStore}. */
export interface RedisStoreOptions {
  /** What the Redis keys begin with; default `videocloud:webhooks:`. Receivers of one subscription share it. */
  prefix?: string | undefined;
}

/**
 * An idempotency store in Redis 6.2 or later, shared by all instances of a receiver.
 *
 * Every step is one Lua call and one round trip on one key, so token, state and attempt count change together, in a
 * Cluster too; the server's clock counts. Errors of the client (connection refused, `OOM`, `READONLY`) are thrown
 * unchanged. What Redis loses (a failover before replication, eviction under `maxmemory`) is handled again: use
 * `maxmemory-policy noeviction`, or `postgresStore` where an effect must be there exactly once.
 *
 * @param client your connected ioredis, node-redis or `@upstash/redis` client, pool or cluster; the store never closes it
 * @throws TypeError when the client is none of them, or `prefix` is not a string
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
  requireKnownOptions('redisStore', options, ['prefix']);
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
    return claimOf(await this.#run(CLAIM, await this.#name(key), [token, String(lease), String(ttl)]), token);
  }

  async complete(key: string, token: string, ttlMs: number): Promise<boolean> {
    const ttl = String(wholeMs('ttlMs', ttlMs));
    return heldOf(await this.#run(COMPLETE, await this.#name(key), [token, ttl]));
  }

  async release(key: string, token: string): Promise<boolean> {
    return heldOf(await this.#run(RELEASE, await this.#name(key), [token]));
  }

  async #name(key: string): Promise<string> {
    // In braces, so that whatever else is kept beside it one day hashes to the same slot of a Cluster.
    return `${this.#prefix}{${await storedKey(key)}}`;
  }
}
