import { sign } from '@videocloud/webhooks';
import type { Clock } from '../clock.js';
import type { Committer } from '../store/committer.js';
import type { Claim, DeliveryTable, Outcome } from '../store/deliveries.js';
import type { WebhookTable } from '../store/webhooks.js';
import { toAttemptError } from './errors.js';
import { Lanes } from './lanes.js';
import type { Answer, Transport } from './transport.js';

export interface EngineOptions {
  readonly clock: Clock;
  readonly committer: Committer;
  readonly deliveries: DeliveryTable;
  readonly webhooks: WebhookTable;
  readonly transport: Transport;
  readonly delays: readonly number[];
  readonly delayOf: (index: number) => number;
  readonly concurrency: number;
  readonly concurrencyPerEndpoint: number;
  readonly headersFor: (claim: Claim, signature: string) => Record<string, string>;
  readonly onStarted: (claim: Claim) => void;
  readonly onFinished: (claim: Claim, success: boolean) => void;
  readonly onError: (error: unknown) => void;
}

// How many a webhook gets before the next one's turn.
const TURN = 16;
// Attempts whose record is not on disk yet: beyond it the disk is the bottleneck, and sending waits for it.
const UNRECORDED_LIMIT = 2_048;
const STORE_RETRY_MS = 1_000;
const LONGEST_TIMER = 60_000;

interface ManualWaiter {
  readonly webhook: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Takes what is due out of the store, sends it, records what came of it, and wakes up for what is due next. */
export class Engine {
  readonly #o: EngineOptions;
  readonly #lanes = new Lanes();
  /** Rows claimed and not recorded yet. */
  readonly #claimed = new Set<number>();
  readonly #manual = new Map<number, ManualWaiter[]>();
  readonly #perEndpoint = new Map<string, number>();
  #sending = 0;
  #wokenAt = -1;
  #timer: NodeJS.Timeout | undefined;
  #pumpQueued = false;
  #stopped = false;
  #idleWaiters: (() => void)[] = [];

  constructor(options: EngineOptions) {
    this.#o = options;
    this.wake();
  }

  isUnderWay(seq: number): boolean {
    return this.#claimed.has(seq);
  }

  /** Resolves when the manual attempt of this delivery is recorded; rejects when the engine is stopped before. */
  whenManual(seq: number, webhook: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const list = this.#manual.get(seq) ?? [];
      list.push({ webhook, resolve, reject });
      this.#manual.set(seq, list);
    });
  }

  /** Something of this webhook was made due in the store. */
  ready(webhook: number, dueAt: number): void {
    this.#lanes.mark(webhook, dueAt);
    this.#queuePump();
  }

  /** The webhook was deleted: nothing of it is attempted any more. */
  forget(webhook: number): void {
    this.#lanes.forget(webhook);
    for (const [seq, waiters] of this.#manual) {
      if (waiters[0]?.webhook !== webhook) continue;
      for (const { reject } of waiters) reject(new Error('The webhook was deleted before the attempt'));
      this.#manual.delete(seq);
    }
  }

  /** Takes up everything that has become due since the last time. */
  wake(): void {
    if (this.#stopped) return;
    const now = this.#o.clock.now();
    for (const webhook of this.#o.deliveries.lanesDue(this.#wokenAt, now)) this.#lanes.mark(webhook, this.#wokenAt + 1);
    this.#wokenAt = now;
    this.#arm();
    this.#queuePump();
  }

  #arm(): void {
    if (this.#o.clock.virtual || this.#stopped) return;
    clearTimeout(this.#timer);
    const now = this.#o.clock.now();
    // A system clock set back must not hide what came due: the mark of the last wake-up goes back with it.
    this.#wokenAt = Math.min(this.#wokenAt, now);
    const next = this.#o.deliveries.nextDue(this.#wokenAt);
    if (next === undefined) return;
    // A retry an hour away does not keep a process alive that has nothing else to do; it is in the database.
    this.#timer = setTimeout(() => this.wake(), Math.min(Math.max(next - now, 1), LONGEST_TIMER)).unref();
  }

  /** A retry was scheduled: the timer may have to go off earlier. */
  #scheduled(dueAt: number, webhook: number): void {
    if (dueAt <= this.#o.clock.now()) this.ready(webhook, dueAt);
    else
      this.#armQueued ??= setImmediate(() => {
        this.#armQueued = undefined;
        this.#arm();
      });
  }
  #armQueued: NodeJS.Immediate | undefined;

  #queuePump(): void {
    if (this.#pumpQueued) return;
    this.#pumpQueued = true;
    setImmediate(() => {
      this.#pumpQueued = false;
      this.#pump();
      this.#checkIdle();
    });
  }

  #pump(): void {
    if (this.#stopped) return;
    let progress = true;
    while (progress && this.#free() > 0) {
      progress = false;
      for (const lane of this.#lanes.list()) {
        const free = this.#free();
        if (free <= 0) return;
        const webhook = this.#o.webhooks.get(lane.webhook);
        if (webhook === undefined) {
          this.#lanes.forget(lane.webhook);
          continue;
        }
        const endpoint = new URL(webhook.url).host;
        const limit = Math.min(free, TURN, this.#o.concurrencyPerEndpoint - (this.#perEndpoint.get(endpoint) ?? 0));
        if (limit <= 0) continue;
        const claims = this.#o.deliveries.due(lane.webhook, lane.after, this.#o.clock.now(), limit);
        for (const claim of claims) {
          lane.after = { dueAt: claim.dueAt, seq: claim.seq };
          if (!this.#claimed.has(claim.seq)) this.#start(claim, endpoint);
        }
        if (claims.length < limit) this.#lanes.exhaust(lane);
        else {
          this.#lanes.rotate(lane);
          progress = true;
        }
      }
    }
  }

  #free(): number {
    return Math.min(this.#o.concurrency - this.#sending, UNRECORDED_LIMIT - this.#claimed.size);
  }

  #start(claim: Claim, endpoint: string): void {
    this.#claimed.add(claim.seq);
    this.#sending += 1;
    this.#perEndpoint.set(endpoint, (this.#perEndpoint.get(endpoint) ?? 0) + 1);
    this.#o.onStarted(claim);
    void this.#attempt(claim, endpoint);
  }

  async #attempt(claim: Claim, endpoint: string): Promise<void> {
    const url = this.#o.webhooks.get(claim.webhook)?.url ?? '';
    const startedAt = this.#o.clock.now();
    const began = performance.now();
    let headers: Record<string, string> = {};
    let answer: Answer;
    try {
      // Address and secret are those in force now, not those of the emission.
      const secret = this.#o.webhooks.secretOf(claim.webhook) ?? '';
      headers = this.#o.headersFor(claim, await sign(claim.body, secret));
      answer = await this.#o.transport.send(new URL(url), headers, claim.body);
    } catch (error) {
      this.#o.onError(error);
      answer = { error: toAttemptError(error) };
    }
    this.#sending -= 1;
    const left = (this.#perEndpoint.get(endpoint) ?? 1) - 1;
    if (left === 0) this.#perEndpoint.delete(endpoint);
    else this.#perEndpoint.set(endpoint, left);
    this.#queuePump();
    await this.#record(claim, {
      url,
      startedAt,
      finishedAt: this.#o.clock.now(),
      duration: performance.now() - began,
      requestHeaders: JSON.stringify(headers),
      response: answer.response,
      error: answer.error,
    });
  }

  async #record(claim: Claim, outcome: Outcome): Promise<void> {
    const success = outcome.error === undefined;
    try {
      const settled = await this.#o.committer.commit(() => {
        const result = this.#o.deliveries.settle(claim, outcome, this.#o.delays, this.#o.delayOf);
        this.#o.webhooks.touch(claim.webhook, success, outcome.finishedAt);
        if (result?.exhausted === true) {
          this.#o.webhooks.fail(claim.webhook);
          this.#o.deliveries.endPending(
            claim.webhook,
            `webhook_failed: attempt ${this.#o.delays.length + 1} of another delivery failed, the last one, which switched the webhook off`,
          );
        }
        return result;
      });
      this.#release(claim);
      if (settled !== undefined && settled.dueAt !== null) this.#scheduled(settled.dueAt, claim.webhook);
      if (claim.trigger === 'manual') {
        for (const { resolve } of this.#manual.get(claim.seq) ?? []) resolve();
        this.#manual.delete(claim.seq);
      }
      this.#o.onFinished(claim, success);
    } catch (error) {
      // Not on disk, so it never happened: the attempt is made again once the store may have recovered.
      this.#o.onError(error);
      this.#release(claim);
      setTimeout(() => this.ready(claim.webhook, claim.dueAt), STORE_RETRY_MS).unref();
    }
    this.#queuePump();
  }

  #release(claim: Claim): void {
    this.#claimed.delete(claim.seq);
  }

  /** Resolves when nothing is due, under way or unrecorded. */
  idle(): Promise<void> {
    if (!this.#stopped) this.wake();
    return new Promise((resolve) => {
      this.#idleWaiters.push(resolve);
      this.#queuePump();
    });
  }

  /** A commit ended, which may have been all that `idle` still waited for: nothing would look again otherwise. */
  committed(): void {
    if (this.#idleWaiters.length > 0) this.#queuePump();
  }

  #checkIdle(): void {
    if (this.#claimed.size > 0 || this.#o.committer.pending > 0) return;
    if (!this.#lanes.empty && !this.#stopped) return;
    const waiters = this.#idleWaiters;
    this.#idleWaiters = [];
    for (const resolve of waiters) resolve();
  }

  /** Starts nothing more, and resolves when what is under way is recorded. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.idle();
    const closed = new Error('The sender was closed before the attempt; it stays queued');
    for (const { reject } of [...this.#manual.values()].flat()) reject(closed);
  }
}
