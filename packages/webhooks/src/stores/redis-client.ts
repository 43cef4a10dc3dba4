import { toHex } from '../signature/bytes.js';

/** What `redisStore` uses of an ioredis client or cluster. */
export interface IoredisLike {
  evalsha(sha1: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>;
  eval(script: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>;
}

/** What `redisStore` uses of a node-redis client, pool or cluster. */
export interface NodeRedisLike {
  evalSha(sha1: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

/** What `redisStore` uses of an `@upstash/redis` client, which speaks to Redis over HTTP. */
export interface UpstashLike {
  evalsha(sha1: string, keys: string[], values: string[]): Promise<unknown>;
  eval(script: string, keys: string[], values: string[]): Promise<unknown>;
  createScript(script: string): unknown;
}

/** The user's own Redis client. */
export type RedisClient = IoredisLike | NodeRedisLike | UpstashLike;

/** Runs a script for one key: one round trip, or two when the server does not have the script yet. */
export type RunScript = (script: string, key: string, values: readonly string[]) => Promise<unknown>;

const FIX = 'redisStore takes an ioredis, node-redis (4 or later) or @upstash/redis client, pool or cluster';

/**
 * Recognizes the client by its methods.
 *
 * @throws TypeError when it is none of them
 */
export function scriptRunner(client: RedisClient): RunScript {
  const [bySha, bySource] = callsOf(client);
  const digests = new Map<string, Promise<string>>();
  return async (script, key, values) => {
    let sha = digests.get(script);
    if (sha === undefined) {
      sha = sha1(script);
      digests.set(script, sha);
    }
    try {
      return await promised(bySha(await sha, key, values));
    } catch (error) {
      // A server that is new, was restarted or took over has no scripts; EVAL loads this one.
      if (!isUnknownScript(error)) throw error;
      return promised(bySource(script, key, values));
    }
  };
}

type Call = (script: string, key: string, values: readonly string[]) => unknown;

function callsOf(client: RedisClient): readonly [bySha: Call, bySource: Call] {
  const shape = client as Partial<Record<'eval' | 'evalSha' | 'evalsha' | 'createScript', unknown>> | null | undefined;
  if (typeof shape !== 'object' && typeof shape !== 'function') throw new TypeError(`${FIX}, not a ${typeof client}`);
  if (typeof shape?.eval === 'function' && typeof shape.evalSha === 'function') {
    const nodeRedis = client as NodeRedisLike;
    return [
      (sha, key, values) => nodeRedis.evalSha(sha, { keys: [key], arguments: [...values] }),
      (script, key, values) => nodeRedis.eval(script, { keys: [key], arguments: [...values] }),
    ];
  }
  if (typeof shape?.eval === 'function' && typeof shape.evalsha === 'function') {
    // Upstash's client has the names of ioredis but takes lists; only it makes scripts.
    if (typeof shape.createScript === 'function') {
      const upstash = client as UpstashLike;
      return [
        (sha, key, values) => upstash.evalsha(sha, [key], [...values]),
        (script, key, values) => upstash.eval(script, [key], [...values]),
      ];
    }
    const ioredis = client as IoredisLike;
    return [
      (sha, key, values) => ioredis.evalsha(sha, 1, key, ...values),
      (script, key, values) => ioredis.eval(script, 1, key, ...values),
    ];
  }
  throw new TypeError(`${FIX}; this client has no such eval and evalsha`);
}

function promised(reply: unknown): PromiseLike<unknown> {
  if (typeof (reply as { then?: unknown } | null | undefined)?.then === 'function')
    return reply as PromiseLike<unknown>;
  throw new TypeError(`${FIX}; this one gives no promises: is it in legacy mode, a pipeline, or node-redis 3?`);
}

function isUnknownScript(error: unknown): boolean {
  return /\bNOSCRIPT\b/.test(String((error as { message?: unknown } | null | undefined)?.message));
}

async function sha1(text: string): Promise<string> {
  // Redis names scripts by SHA-1; nothing here rests on its strength.
  const digest = await crypto.subtle.digest('SHA-1', new TextEncoder().encode(text));
  return toHex(digest);
}
