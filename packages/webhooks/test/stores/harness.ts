import { randomUUID } from 'node:crypto';
import { Cluster, Redis } from 'ioredis';
import pg from 'pg';
import { createClient, createCluster } from 'redis';
import {
  isAvailable,
  type Service,
  startPostgres,
  startRedis,
  startRedisCluster,
} from '../../../../tests/support/services.js';
import type { IdempotencyStore } from '../../src/stores/idempotency-store.js';
import { memoryStore } from '../../src/stores/memory.js';
import { postgresStore } from '../../src/stores/postgres.js';
import { redisStore } from '../../src/stores/redis.js';
import type { Backend, BackendKind } from './backend.js';
import { CLOUDFLARE_BACKENDS } from './cloudflare/backends.js';
import { openUpstash } from './upstash.js';

/** Real time, with the rounding of the server's clock to spare. */
const realSleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms + 2));

/** All stores, with every client they take, against real servers. */
export const BACKENDS: readonly BackendKind[] = [
  { name: 'memory', available: true, open: openMemory },
  { name: 'ioredis', available: isAvailable('redis'), open: openIoredis },
  { name: 'node-redis', available: isAvailable('redis'), open: openNodeRedis },
  { name: 'ioredis Cluster', available: isAvailable('redis'), open: openIoredisCluster },
  { name: 'node-redis cluster', available: isAvailable('redis'), open: openNodeRedisCluster },
  { name: 'Upstash over REST', available: isAvailable('redis'), open: openUpstash },
  { name: 'pg Pool', available: isAvailable('postgres'), open: openPool },
  ...CLOUDFLARE_BACKENDS,
];

export const uniqueKey = (): string => `key ${randomUUID()}`;

async function openMemory(): Promise<Backend> {
  // The real clock, which a test can also turn forward.
  let passed = 0;
  const sleep = async (ms: number) => {
    passed += ms;
  };
  const store = memoryStore({ now: () => Math.floor(performance.now()) + passed });
  return { store, other: store, sleep, close: async () => undefined };
}

async function openIoredis(): Promise<Backend> {
  const server = await startRedis();
  const clients = [new Redis(server.url), new Redis(server.url)] as const;
  return backend(
    server,
    clients.map((client) => redisStore(client)),
    clients,
    (client) => client.quit(),
  );
}

async function openNodeRedis(): Promise<Backend> {
  const server = await startRedis();
  const connect = () => createClient({ url: server.url }).connect();
  const clients = [await connect(), await connect()];
  const stores = clients.map((client) => redisStore(client, { prefix: 'shop:' }));
  return backend(server, stores, clients, (client) => client.close());
}

async function openIoredisCluster(): Promise<Backend> {
  const server = await startRedisCluster();
  const clients = [new Cluster([server.url]), new Cluster([server.url])];
  return backend(
    server,
    clients.map((client) => redisStore(client)),
    clients,
    (client) => client.quit(),
  );
}

async function openNodeRedisCluster(): Promise<Backend> {
  const server = await startRedisCluster();
  const connect = () => createCluster({ rootNodes: [{ url: server.url }] }).connect();
  const clients = [await connect(), await connect()];
  return backend(
    server,
    clients.map((client) => redisStore(client)),
    clients,
    (client) => client.close(),
  );
}

async function openPool(): Promise<Backend> {
  const server = await startPostgres();
  const pools = [0, 1].map(() => new pg.Pool({ connectionString: server.url, max: 20 }));
  const stores = pools.map((pool) => postgresStore(pool, { table: 'public.webhook_claims' }));
  // A server that ends tells idle connections so, which ends a process that does not listen.
  // Also one that the pool has let go of already and that is still saying goodbye.
  for (const pool of pools) {
    pool.on('error', () => undefined).on('connect', (client) => client.on('error', () => undefined));
  }
  await Promise.all(stores.map((store) => store.migrate()));
  return backend(server, stores, pools, (pool) => pool.end());
}

function backend<C>(
  server: Service,
  [store, other]: readonly IdempotencyStore[],
  clients: readonly C[],
  end: (client: C) => Promise<unknown>,
): Backend {
  if (store === undefined || other === undefined) throw new Error('two stores are needed');
  const close = async () => {
    await Promise.all(clients.map(end));
    await server.stop();
  };
  return { store, other, sleep: realSleep, close };
}
