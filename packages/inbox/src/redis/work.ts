import type { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { endsWithin } from '../ends-within.js';
import type { RunHandlers, Taken } from '../engine.js';
import { withoutPassword } from '../errors.js';
import type { RedisPeers } from '../load-peer.js';
import type { InboxSettings } from '../options.js';
import {
  CLOSE_TIMEOUT_MS,
  MAX_RUNNING_BYTES,
  PROCESS_DIED,
  retryDelayAfter,
  type Settlement,
  settlementOf,
} from '../policy.js';
import type { Processing } from '../types.js';
import { Connections } from './connections.js';
import {
  beginAttempt,
  type DeliveryJob,
  deadSetOf,
  failureText,
  isSuspect,
  type JobData,
  resultsOf,
  takenFrom,
} from './jobs.js';

/** BullMQ waits in Redis for up to ten seconds. */
const SILENCE_MS = 20_000;

type Dead = Settlement & { readonly state: 'dead' };

/** A BullMQ worker: it holds the locks, notices workers that died, and waits between attempts. */
export class RedisWorker implements Processing {
  readonly #peers: RedisPeers;
  readonly #run: RunHandlers;
  readonly #concurrency: number;
  readonly #settings: InboxSettings;
  readonly #connections: Connections;
  readonly #client: Redis;
  readonly #worker: Worker<JobData>;
  readonly #running = new Set<Promise<unknown>>();
  /** The dead letters that BullMQ has not stored yet, without their bodies: some it never stores. */
  readonly #dying = new Map<string, { readonly attempt: number; readonly settlement: Dead }>();
  #suspects = 0;
  /** About the largest body of late; at first what a receiver accepts by default. */
  #bodyBytes = 1_048_576;

  constructor(peers: RedisPeers, url: string, run: RunHandlers, concurrency: number, settings: InboxSettings) {
    this.#peers = peers;
    this.#run = run;
    this.#concurrency = concurrency;
    this.#settings = settings;
    this.#connections = new Connections(peers, url, { maxRetriesPerRequest: null }, SILENCE_MS);
    this.#client = this.#connections.open(() => undefined);
    this.#worker = new peers.bull.Worker<JobData>(settings.name, (job, token) => this.#process(job, token), {
      connection: this.#client,
      concurrency: Math.min(concurrency, MAX_RUNNING_BYTES / this.#bodyBytes),
      lockDuration: settings.lease,
      stalledInterval: Math.max(500, Math.ceil(settings.lease / 2)),
      // Attempts that died are counted together with those that failed.
      maxStalledCount: Number.MAX_SAFE_INTEGER,
      removeOnComplete: { age: Math.ceil(settings.ttl / 1_000) },
      removeOnFail: { age: Math.ceil(settings.deadLetterTtl / 1_000) },
      settings: { backoffStrategy: (attemptsMade) => retryDelayAfter(attemptsMade, settings.retryDelay) },
      skipVersionCheck: true,
    });
    this.#worker.on('error', (error) => settings.report(withoutPassword(error, url), 'take'));
    this.#worker.on('failed', (job) => this.#failed(job));
  }

  async #process(job: DeliveryJob, token?: string): Promise<void> {
    if (!isSuspect(job)) return this.#attempt(job);
    this.#suspects++;
    try {
      if (this.#suspects === 1) return await this.#attempt(job);
      // Put back before it can be taken down by the one that runs; at another moment, so that they spread out.
      await job.moveToDelayed(Date.now() + retryDelayAfter(job.stalledCounter, this.#settings.retryDelay), token);
      throw new this.#peers.bull.DelayedError();
    } finally {
      this.#suspects--;
    }
  }

  async #attempt(job: DeliveryJob): Promise<void> {
    const attempt = await beginAttempt(this.#client, this.#worker.toKey(job.id ?? ''), job);
    const taken = takenFrom(job, attempt);
    // Of an attempt whose lock was lost before its end was stored.
    this.#dying.delete(job.id ?? '');
    this.#fitConcurrency(taken.body.byteLength);
    const died = attempt > this.#settings.maxAttempts;
    const result = died ? PROCESS_DIED : await this.#runCounted(taken);
    const settlement = settlementOf(result, attempt, this.#settings);
    if (settlement.state === 'handled') return;
    if (settlement.state === 'retry') throw withoutStack(new Error(settlement.error));
    await this.#noteEvent(job.id ?? '', taken.event);
    this.#dying.set(job.id ?? '', { attempt, settlement });
    throw withoutStack(new this.#peers.bull.UnrecoverableError(failureText(settlement)));
  }

  /** Puts a job into the set of its event just before BullMQ makes it fail, so that the set misses no dead letter. */
  async #noteEvent(id: string, event: string | null): Promise<void> {
    const set = this.#worker.toKey(deadSetOf(event));
    const { deadLetterTtl } = this.#settings;
    const now = Date.now();
    const pipeline = this.#client.pipeline().zadd(set, now, id);
    // What is older, BullMQ has deleted.
    pipeline.zremrangebyscore(set, '-inf', now - deadLetterTtl).pexpire(set, deadLetterTtl);
    await resultsOf(pipeline);
  }

  async #runCounted(taken: Taken): Promise<Awaited<ReturnType<RunHandlers>>> {
    const running = this.#run(taken);
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  /** BullMQ fetches as many jobs as it may run before it runs the first: large bodies lower that number. */
  #fitConcurrency(bytes: number): void {
    this.#bodyBytes = Math.max(1, bytes, this.#bodyBytes * 0.98);
    const fitting = Math.max(1, Math.floor(MAX_RUNNING_BYTES / this.#bodyBytes));
    const concurrency = Math.min(this.#concurrency, fitting);
    if (this.#worker.concurrency !== concurrency) this.#worker.concurrency = concurrency;
  }

  #failed(job: DeliveryJob | undefined): void {
    const dying = this.#dying.get(job?.id ?? '');
    if (job === undefined || dying === undefined) return;
    this.#dying.delete(job.id ?? '');
    this.#settings.dead(takenFrom(job, dying.attempt), dying.settlement);
  }

  /** Waits for the handlers and for their results to be stored; for a server that is away or silent only so long. */
  async stop(): Promise<void> {
    if (this.#client.status !== 'ready') await this.#awaitServer();
    const closed = this.#worker.close();
    closed.catch(() => undefined);
    do {
      await Promise.race([closed, Promise.all(this.#running)]);
      this.#connections.stopReconnecting();
    } while (!(await endsWithin(CLOSE_TIMEOUT_MS, closed)) && this.#running.size > 0);
    this.#connections.cut();
    await endsWithin(CLOSE_TIMEOUT_MS, closed);
  }

  /** The results of running handlers can be stored once the server is back. */
  async #awaitServer(): Promise<void> {
    this.#worker.pause(true).catch(() => undefined);
    await Promise.all(this.#running);
    const ready = new Promise((resolve) => this.#client.once('ready', resolve));
    if (this.#client.status !== 'ready') await endsWithin(CLOSE_TIMEOUT_MS, ready);
  }
}

/** BullMQ keeps the stack of every attempt with the job, and with it the text of the error. */
function withoutStack(error: Error): Error {
  error.stack = '';
  return error;
}
