import type { Attempt, DeadRecord, Engine, NewRecord } from '../engine.js';
import { InboxError } from '../errors.js';
import { engineOf } from '../install.js';
import type { InboxSettings } from '../options.js';
import type { InboxStats, Processing } from '../types.js';
import { Acceptor } from './acceptor.js';
import { attemptsOf, BEGUN, type Bull, type DeliveryQueue, type JobData, jobIdOf } from './jobs.js';
import { FAREWELL_MS, Reconnection } from './reconnection.js';
import { startWorker } from './worker.js';

/** Opens a Redis inbox: one BullMQ queue whose job ids are the delivery keys. */
export async function openRedis(url: string, settings: InboxSettings): Promise<Engine> {
  const bull = await engineOf(() => import('bullmq'), 'redis:', 'bullmq');
  // Fails at once while Redis is away, so that the sender is told to come back instead of being kept waiting.
  const reconnection = new Reconnection();
  const connection = {
    url,
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
    connectTimeout: 2_000,
    retryStrategy: reconnection.strategy,
  };
  const queue: DeliveryQueue = new bull.Queue<JobData>(settings.name, { connection, skipVersionCheck: true });
  queue.on('error', (error) => settings.report(error, 'connection'));
  try {
    await within(5_000, queue.waitUntilReady());
    await refuseEviction(queue);
  } catch (cause) {
    reconnection.end();
    await queue.disconnect().catch(() => undefined);
    if (cause instanceof InboxError) throw cause;
    throw new InboxError('open_failed', 'The Redis inbox cannot be opened: is the server up, and is the URL right?', {
      cause,
    });
  }
  return new RedisEngine(bull, queue, reconnection, url, settings);
}

class RedisEngine implements Engine {
  readonly #bull: Bull;
  readonly #queue: DeliveryQueue;
  readonly #reconnection: Reconnection;
  readonly #url: string;
  readonly #settings: InboxSettings;
  readonly #acceptor: Acceptor;

  constructor(bull: Bull, queue: DeliveryQueue, reconnection: Reconnection, url: string, settings: InboxSettings) {
    this.#bull = bull;
    this.#queue = queue;
    this.#reconnection = reconnection;
    this.#url = url;
    this.#settings = settings;
    this.#acceptor = new Acceptor(queue, settings);
  }

  accept(record: NewRecord): Promise<boolean> {
    return this.#acceptor.accept(record);
  }

  consume(attempt: Attempt, concurrency: number): Processing {
    return startWorker(this.#bull, this.#url, attempt, concurrency, this.#settings);
  }

  async stats(): Promise<InboxStats> {
    const [counts, waiting, delayed] = await Promise.all([
      this.#queue.getJobCounts('wait', 'prioritized', 'paused', 'delayed', 'active', 'completed', 'failed'),
      this.#queue.getJobs(['wait'], 0, 0, true),
      this.#queue.getJobs(['delayed'], 0, 99, true),
    ]);
    const figure = (name: string) => counts[name] ?? 0;
    const accepted = [...waiting, ...delayed].flatMap((job) => (job === undefined ? [] : [job.timestamp]));
    return {
      waiting: figure('wait') + figure('prioritized') + figure('paused') + figure('delayed'),
      retrying: figure('delayed'),
      running: figure('active'),
      handled: figure('completed'),
      dead: figure('failed'),
      oldestWaitingMs: accepted.length === 0 ? 0 : Math.max(0, Date.now() - Math.min(...accepted)),
    };
  }

  async deadLetters(limit: number): Promise<DeadRecord[]> {
    const [jobs, client] = await Promise.all([this.#queue.getJobs(['failed'], 0, limit - 1), this.#queue.client]);
    return Promise.all(
      // A job that was removed meanwhile is undefined, though its type does not say so.
      jobs.filter(Boolean).map(async (job) => ({
        id: job.data.key,
        rawBody: Buffer.from(job.data.body, 'base64'),
        secretIndex: job.data.secretIndex,
        attempts: await attemptsOf(client, this.#queue.toKey(job.id ?? ''), job),
        error: job.failedReason ?? '',
        acceptedAt: job.timestamp,
        deadAt: job.finishedOn ?? job.timestamp,
      })),
    );
  }

  async retry(id: string): Promise<boolean> {
    const job = await this.#queue.getJob(jobIdOf(id));
    if (job === undefined || !(await job.isFailed())) return false;
    const client = await this.#queue.client;
    // BullMQ's own reset leaves out the attempts that died.
    await client.hdel(this.#queue.toKey(jobIdOf(id)), 'stc', BEGUN);
    try {
      await job.retry('failed', { resetAttemptsMade: true, resetAttemptsStarted: true });
      return true;
    } catch (error) {
      // Another call may have been first.
      if (await job.isFailed()) throw error;
      return false;
    }
  }

  async close(): Promise<void> {
    const client = await this.#queue.client;
    this.#reconnection.end();
    // Saying goodbye to a server that is away would fail, and leave a connection that tries for ever.
    if (client.status !== 'ready') client.disconnect();
    await within(FAREWELL_MS, this.#queue.close()).catch((error: unknown) =>
      this.#settings.report(error, 'connection'),
    );
    client.disconnect();
  }
}

async function refuseEviction(queue: DeliveryQueue): Promise<void> {
  const client = await queue.client;
  const policy = /^maxmemory_policy:(\S+)/m.exec(await client.info())?.[1];
  if (policy?.startsWith('allkeys-') !== true) return;
  throw new InboxError(
    'open_failed',
    `This Redis evicts keys when memory is full (maxmemory-policy ${policy}), acknowledged deliveries too: set maxmemory-policy noeviction`,
  );
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Redis did not answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
