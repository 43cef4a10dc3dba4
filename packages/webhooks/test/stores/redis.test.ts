import { Redis } from 'ioredis';
import { createClient, createClientPool } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAvailable, type Service, startRedis } from '../../../../tests/support/services.js';
import { type IoredisLike, type RedisClient, redisStore } from '../../src/stores/redis.js';
import { uniqueKey } from './harness.js';

const nothing = (): undefined => undefined;
const TIMES = { leaseMs: 30_000, ttlMs: 60_000 };

describe('what redisStore takes', () => {
  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a URL', 'redis://127.0.0.1'],
    ['an options object', { url: 'redis://127.0.0.1' }],
    ['a client with eval only', { eval: nothing }],
  ])('not %s', (_, client) => {
    expect(() => redisStore(client as unknown as RedisClient)).toThrow(TypeError);
    expect(() => redisStore(client as unknown as RedisClient)).toThrow(/ioredis, node-redis/);
  });

  it('shows no password of a URL that was given for a client', () => {
    expect(() => redisStore('redis://user:hunter2@127.0.0.1' as never)).toThrow(/ioredis.*not a string$/);
  });

  it('not a prefix that is no string', () => {
    const client = { eval: async () => 0, evalsha: async () => 0 };
    expect(() => redisStore(client, { prefix: 7 as unknown as string })).toThrow(/prefix must be a string/);
    redisStore(client, { prefix: undefined });
  });

  it('says so when a client gives no promises', async () => {
    const callbacks = { eval: () => true, evalsha: () => true } as unknown as RedisClient;
    await expect(redisStore(callbacks).claim('k', TIMES)).rejects.toThrow(/gives no promises/);
  });

  it('passes faults of the client on as they are', async () => {
    const fault = new Error('READONLY You can’t write against a read only replica.');
    const broken = { eval: () => Promise.reject(fault), evalsha: () => Promise.reject(fault) };
    const store = redisStore(broken);
    await expect(store.claim('k', TIMES)).rejects.toBe(fault);
    await expect(store.complete('k', 't', 1)).rejects.toBe(fault);
    await expect(store.release('k', 't')).rejects.toBe(fault);
  });

  it('rejects a reply that is not the script’s', async () => {
    const odd = { eval: async () => 'OK', evalsha: async () => 'OK' };
    await expect(redisStore(odd).claim('k', TIMES)).rejects.toThrow(/not understood/);
  });
});

describe.skipIf(!isAvailable('redis'))('redisStore on a real server', () => {
  let server: Service;
  let client: Redis;
  beforeAll(async () => {
    server = await startRedis();
    client = new Redis(server.url);
  });
  afterAll(async () => {
    await client?.quit();
    await server?.stop();
  });

  async function statistics(): Promise<{ commands: number; byName: Record<string, number> }> {
    const info = await client.info('all');
    const byName: Record<string, number> = {};
    for (const [, name = '', calls] of info.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)) byName[name] = Number(calls);
    return { commands: Number(/total_commands_processed:(\d+)/.exec(info)?.[1]), byName };
  }

  it('takes one round trip a step once the server has the scripts', async () => {
    const store = redisStore(client);
    const cycle = async () => {
      const key = uniqueKey();
      const first = await store.claim(key, TIMES);
      if (first.state === 'claimed') await store.release(key, first.token);
      const second = await store.claim(key, TIMES);
      await store.claim(key, TIMES);
      if (second.state === 'claimed') await store.complete(key, second.token, 60_000);
      expect(await store.claim(key, TIMES)).toEqual({ state: 'done' });
    };
    await cycle();
    const sent: string[] = [];
    const realSend = client.sendCommand.bind(client);
    client.sendCommand = (command, ...rest) => {
      sent.push(command.name);
      return realSend(command, ...rest);
    };
    const before = await statistics();
    await cycle();
    const after = await statistics();
    client.sendCommand = realSend;
    expect(sent.filter((name) => name !== 'info')).toEqual(Array(6).fill('evalsha'));
    expect((after.byName.evalsha ?? 0) - (before.byName.evalsha ?? 0)).toBe(6);
    expect(after.byName.eval).toBe(before.byName.eval);
  });

  it('teaches its scripts to a server that forgot them', async () => {
    const store = redisStore(client);
    const key = uniqueKey();
    const claim = await store.claim(key, TIMES);
    await client.script('FLUSH');
    expect(claim.state === 'claimed' && (await store.complete(key, claim.token, 60_000))).toBe(true);
    await client.script('FLUSH');
    expect(await store.claim(key, TIMES)).toEqual({ state: 'done' });
  });

  it('keeps one expiring key a delivery, under its prefix', async () => {
    await client.flushall();
    const store = redisStore(client, { prefix: 'shop:' });
    const claim = await store.claim('abc', TIMES);
    expect(await client.keys('*')).toEqual(['shop:{abc}']);
    expect(await client.pttl('shop:{abc}')).toBeGreaterThan(55_000);
    if (claim.state === 'claimed') await store.complete('abc', claim.token, 90_000);
    expect(await client.keys('*')).toEqual(['shop:{abc}']);
    expect(await client.pttl('shop:{abc}')).toBeGreaterThan(85_000);
    expect((await redisStore(client, { prefix: 'other:' }).claim('abc', TIMES)).state).toBe('claimed');
  });

  it('finds its own claim when a reconnecting client sends it twice', async () => {
    let repeated: Promise<unknown> | undefined;
    const stutter: IoredisLike = {
      eval: (...args) => client.eval(...args),
      async evalsha(...args) {
        repeated = client.evalsha(...args).catch(() => undefined);
        await repeated;
        return client.evalsha(...args);
      },
    };
    const key = uniqueKey();
    await redisStore(client).claim(uniqueKey(), TIMES);
    expect(await redisStore(stutter).claim(key, TIMES)).toMatchObject({ state: 'claimed', attempt: 1 });
    expect(await repeated).toBe('claimed 1');
  });

  it('takes a client that gives numbers as strings', async () => {
    const stringy = new Redis(server.url, { stringNumbers: true });
    const store = redisStore(stringy);
    const key = uniqueKey();
    const claim = await store.claim(key, TIMES);
    expect(claim).toMatchObject({ state: 'claimed', attempt: 1 });
    expect(await store.claim(key, TIMES)).toMatchObject({ state: 'in_progress', retryAfterMs: expect.any(Number) });
    expect(claim.state === 'claimed' && (await store.complete(key, claim.token, 60_000))).toBe(true);
    await stringy.quit();
  });

  it.each([2, 3] as const)('takes node-redis in RESP%i, and its pool', async (RESP) => {
    const single = await createClient({ url: server.url, RESP }).connect();
    const pool = createClientPool({ url: server.url, RESP });
    await pool.connect();
    const key = uniqueKey();
    const claim = await redisStore(single).claim(key, TIMES);
    expect(claim).toMatchObject({ state: 'claimed', attempt: 1 });
    expect((await redisStore(pool).claim(key, TIMES)).state).toBe('in_progress');
    expect(claim.state === 'claimed' && (await redisStore(pool).complete(key, claim.token, 60_000))).toBe(true);
    expect(await redisStore(single).claim(key, TIMES)).toEqual({ state: 'done' });
    await single.close();
    await pool.close();
  });

  it('throws when the server is away, and works again when it is back', async () => {
    const away = await startRedis();
    const impatient = new Redis(away.url, { maxRetriesPerRequest: 0, enableOfflineQueue: false });
    impatient.on('error', () => undefined);
    const store = redisStore(impatient);
    await new Promise((resolve) => impatient.once('ready', resolve));
    expect((await store.claim('before', TIMES)).state).toBe('claimed');
    await away.kill();
    await expect(store.claim('k', TIMES)).rejects.toThrow();
    await away.restart();
    await new Promise((resolve) => impatient.once('ready', resolve));
    expect((await store.claim('k', TIMES)).state).toBe('claimed');
    await impatient.quit();
    await away.stop();
  });
});
