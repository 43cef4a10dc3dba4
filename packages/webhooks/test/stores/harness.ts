import { randomUUID } from 'node:crypto';
import { Cluster, Redis } from 'ioredis';
import pg from 'pg';
import { createClient, createCluster } from 'redis';
import { isAvailable, startPostgres, startRedis, startRedisCluster } from '../../../../test-support/services.js';
import type { IdempotencyStore } from '../../src/receiver/idempotency.js';
import { memoryStore } from '../../src/stores/memory.js';
import { postgresStore } from '../../src/stores/postgres.js';
import { redisStore } from '../../src/stores/redis.js';

/** A store under test and how its clients are ended. `sleep` lets its own clock pass. */
export interface Backend {
  readonly store: IdempotencyStore;
  sleep(ms: number): Promise<void>;
  close(): Promise<void>;
}

export interface BackendKind {
  readonly name: string;
  readonly available: boolean;
  open(): Promise<Backend>;
}

/** Real time, with the rounding of the server's clock to spare. */
const realSleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms + 2));

/** All stores, with every client they take, against real servers. */
export const BACKENDS: readonly BackendKind[] = [
  { name: 'memory', available: true, open: openMemory },
  { name: 'ioredis', available: isAvailable('redis'), open: openIoredis },
  { name: 'node-redis', available: isAvailable('redis'), open: openNodeRedis },
  { name: 'ioredis Cluster', available: isAvailable('redis'), open: openIoredisCluster },
  { name: 'node-redis cluster', available: isAvailable('redis'), open: openNodeRedisCluster },
  { name: 'pg Pool', available: isAvailable('postgres'), open: openPool },
];

export const uniqueKey = (): string => `key ${randomUUID()}`;

async function openMemory(): Promise<Backend> {
  let time = 0;
  const sleep = async (ms: number) => {
    time += ms;
  };
  return { store: memoryStore({ now: () => time }), sleep, close: async () => undefined };
}

async function openIoredis(): Promise<Backend> {
  const server = await startRedis();
  const client = new Redis(server.url);
  const close = async () => {
    await client.quit();
    await server.stop();
  };
  return { store: redisStore(client), sleep: realSleep, close };
}

async function openNodeRedis(): Promise<Backend> {
  const server = await startRedis();
  const client = await createClient({ url: server.url }).connect();
  const close = async () => {
    await client.close();
    await server.stop();
  };
  return { store: redisStore(client, { prefix: 'shop:' }), sleep: realSleep, close };
}

async function openIoredisCluster(): Promise<Backend> {
  const server = await startRedisCluster();
  const client = new Cluster([server.url]);
  const close = async () => {
    await client.quit();
    await server.stop();
  };
  return { store: redisStore(client), sleep: realSleep, close };
}

async function openNodeRedisCluster(): Promise<Backend> {
  const server = await startRedisCluster();
  const client = await createCluster({ rootNodes: [{ url: server.url }] }).connect();
  const close = async () => {
    await client.close();
    await server.stop();
  };
  return { store: redisStore(client), sleep: realSleep, close };
}

async function openPool(): Promise<Backend> {
  const server = await startPostgres();
  const pool = new pg.Pool({ connectionString: server.url, max: 20 });
  const store = postgresStore(pool);
  await store.migrate();
  const close = async () => {
    await pool.end();
    await server.stop();
  };
  return { store, sleep: realSleep, close };
}
