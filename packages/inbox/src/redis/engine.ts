import type { Redis } from 'ioredis';
import { endsWithin } from '../ends-within.js';
import type { DeadRecord, Engine, NewRecord, PageRequest, RecordPage, RunHandlers } from '../engine.js';
import { InboxError, withoutPassword } from '../errors.js';
import { loadRedis, type RedisPeers } from '../load-peer.js';
import { openFailed, SERVER_UP } from '../open-failed.js';
import type { InboxSettings } from '../options.js';
import { CLOSE_TIMEOUT_MS } from '../policy.js';
import type { InboxRecord } from '../records/types.js';
import type { InboxStats, Processing } from '../types.js';
import { Acceptor } from './accept.js';
import { RedisChanges } from './change.js';
import { Connections } from './connections.js';
import type { DeliveryQueue, JobData } from './jobs.js';
import { RedisList } from './list.js';
import { RedisRecords } from './records.js';
import { RedisWorker } from './work.js';

const COMMAND_TIMEOUT_MS = 8_000;
const OPEN_TIMEOUT_MS = 5_000;

/** Opens a Redis inbox: one BullMQ queue whose job ids are the delivery keys. */
export async function openRedis(url: string, settings: InboxSettings): Promise<Engine> {
  const peers = await loadRedis();
  const options = {
    // Fails at once while Redis is away, so that the sender gets its 503 instead of waiting.
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
    connectTimeout: 2_000,
    // A server that is connected but silent must not hold what waits forever.
    commandTimeout: COMMAND_TIMEOUT_MS,
  };
  const connections = new Connections(peers, url, options, COMMAND_TIMEOUT_MS);
  let lastError: Error | undefined;
  let opening = true;
  const client = connections.open(
    (error) => {
      lastError = error;
      if (!opening) settings.report(error, 'connection');
    },
    { lazyConnect: true },
  );
  try {
    await openWithin(
      OPEN_TIMEOUT_MS,
      connect(client, () => lastError),
    );
    await checkServer(client, settings);
    if (!settings.create) await refuseMissing(client, settings);
    const queue: DeliveryQueue = new peers.bull.Queue<JobData>(settings.name, {
      connection: client,
      skipVersionCheck: true,
    });
    queue.on('error', () => undefined);
    await openWithin(OPEN_TIMEOUT_MS, queue.waitUntilReady());
    opening = false;
    return new RedisEngine(peers, queue, client, connections, url, settings);
  } catch (cause) {
    connections.cut();
    throw openFailed('Redis', cause, url, hintFor);
  }
}

/** Resolves on a connection that has proven user, password and database. */
async function connect(client: Redis, lastError: () => Error | undefined): Promise<void> {
  // The first failure ends it: ioredis would try forever, with a wrong password too.
  const failed = new Promise<never>((_, reject) => {
    client.once('error', reject);
    client.once('close', () => reject(lastError() ?? new Error('Redis closed the connection')));
  });
  failed.catch(() => undefined);
  await Promise.race([client.connect(), failed]);
  // ioredis stays in database 0 when it cannot select the one in the URL.
  await Promise.race([client.select(client.options.db ?? 0), failed]);
}

async function openWithin(ms: number, work: Promise<unknown>): Promise<void> {
  if (await endsWithin(ms, work)) return;
  work.catch(() => undefined);
  throw Object.assign(new Error(`Redis did not answer within ${ms} ms`), { code: 'ETIMEDOUT' });
}

function hintFor(message: string): string | undefined {
  if (/WRONGPASS|NOAUTH|invalid.*password|AUTH/.test(message))
    return 'the server refuses the user or password in the URL';
  if (/DB index|out of range/i.test(message)) return 'the server has no database of the number in the URL';
  return /closed|timed? ?out/i.test(message) ? SERVER_UP : undefined;
}

async function refuseMissing(client: Redis, { name }: InboxSettings): Promise<void> {
  if ((await client.exists(`bull:${name}:meta`)) === 1) return;
  throw new InboxError('inbox_missing', `There is no inbox called ${name} in this Redis: are URL and name right?`);
}

async function checkServer(client: Redis, { create, report }: InboxSettings): Promise<void> {
  const info = await client.info();
  if (create && /^role:slave\r?$/m.test(info)) {
    throw new InboxError('open_failed', 'This Redis is a replica, which takes no writes: give the URL of its primary');
  }
  // BullMQ changes keys of several slots at once, and a queue's name cannot hold the braces that keep them in one.
  if (/^cluster_enabled:1\r?$/m.test(info)) {
    throw new InboxError(
      'open_failed',
      'This Redis is a node of a Redis Cluster, on which an inbox does not run: give the URL of one that is not in a cluster',
    );
  }
  const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1] ?? 'noeviction';
  if (policy === 'noeviction') return;
  const said = `This Redis evicts keys when memory is full (maxmemory-policy ${policy})`;
  if (policy.startsWith('allkeys-')) {
    throw new InboxError('open_failed', `${said}, acknowledged deliveries too: set maxmemory-policy noeviction`);
  }
  const lost = 'the locks of running deliveries too, which then run again, and what finds dead letters by their event';
  report(new Error(`${said}, ${lost}: set noeviction`), 'connection');
}

class RedisEngine implements Engine {
  readonly #peers: RedisPeers;
  readonly #queue: DeliveryQueue;
  readonly #connections: Connections;
  readonly #url: string;
  readonly #settings: InboxSettings;
  readonly #acceptor: Acceptor;
  readonly #records: RedisRecords;
  readonly #list: RedisList;
  readonly #changes: RedisChanges;

  constructor(
    peers: RedisPeers,
    queue: DeliveryQueue,
    client: Redis,
    connections: Connections,
    url: string,
    settings: InboxSettings,
  ) {
    this.#peers = peers;
    this.#queue = queue;
    this.#connections = connections;
    this.#url = url;
    this.#settings = settings;
    this.#acceptor = new Acceptor(peers, queue, client);
    this.#records = new RedisRecords(queue, client, settings);
    this.#list = new RedisList(queue, client, settings);
    this.#changes = new RedisChanges(peers, queue, client);
  }

  accept(record: NewRecord): Promise<boolean> {
    return this.#acceptor.accept(record);
  }

  consume(run: RunHandlers, concurrency: number): Processing {
    return new RedisWorker(this.#peers, this.#url, run, concurrency, this.#settings);
  }

  stats(): Promise<InboxStats> {
    return this.#records.stats();
  }

  deadLetters(limit: number): Promise<DeadRecord[]> {
    return this.#records.deadLetters(limit);
  }

  page(request: PageRequest): Promise<RecordPage> {
    return this.#list.page(request);
  }

  get(id: string): Promise<InboxRecord | null> {
    return this.#list.get(id);
  }

  retry(ids: readonly string[]): Promise<number> {
    return this.#changes.retry(ids);
  }

  discard(ids: readonly string[]): Promise<number> {
    return this.#changes.discard(ids);
  }

  setPaused(paused: boolean): Promise<void> {
    return this.#changes.setPaused(paused);
  }

  async close(): Promise<void> {
    this.#connections.stopReconnecting();
    const closed = this.#queue.close().catch((error: unknown) => {
      this.#settings.report(withoutPassword(error, this.#url), 'connection');
    });
    await endsWithin(CLOSE_TIMEOUT_MS, closed);
    this.#connections.cut();
  }
}
