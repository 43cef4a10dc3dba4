import type { Activity } from '../activity.js';
import type { Clock } from '../clock.js';
import type { DeliveryTable, DueDelivery } from '../store/deliveries.js';
import type { GroupCommit } from '../store/group-commit.js';
import type { History } from '../store/history.js';
import type { Ids } from '../store/ids.js';
import type { WebhookTable } from '../store/webhooks.js';
import type { Attempts } from './attempts.js';
import { ManualAttempts } from './manual-attempts.js';
import { WebhookCursors } from './webhook-cursors.js';

/** What the worker loop works with. */
export interface WorkerLoopParts {
  readonly clock: Clock;
  readonly commit: GroupCommit;
  readonly deliveries: DeliveryTable;
  readonly webhooks: WebhookTable;
  readonly attempts: Attempts;
  readonly history: History;
  readonly ids: Ids;
  readonly activity: Activity;
  readonly concurrency: number;
  readonly concurrencyPerEndpoint: number;
  readonly onError: (error: unknown) => void;
}

// How many deliveries a webhook gets before the next one's turn.
const TURN = 16;
// Attempts whose record is not on disk yet: beyond it the disk is the bottleneck, and sending waits for it.
const UNRECORDED_LIMIT = 2_048;
// What follows an attempt that could not be recorded: it is made again, so that its receiver gets a copy each time.
const STORE_RETRY_MS = 1_000;
const LONGEST_STORE_RETRY_MS = 60_000;
const LONGEST_TIMER = 60_000;

/** Takes what is due out of the store, has it attempted and recorded, and wakes up for what is due next. */
export class WorkerLoop {
  readonly #parts: WorkerLoopParts;
  readonly #cursors = new WebhookCursors();
  readonly #manual = new ManualAttempts();
  /** Rows of deliveries under way or not recorded yet, with the number of the attempt. */
  readonly #claimed = new Map<number, number>();
  readonly #perEndpoint = new Map<string, number>();
  #sending = 0;
  #wokenAt = -1;
  #timer: NodeJS.Timeout | undefined;
  #armQueued: NodeJS.Immediate | undefined;
  #passQueued = false;
  #stopped = false;
  /** Zero while the store works. */
  #storePause = 0;
  #storePauseEnds = 0;
  #idleWaiters: (() => void)[] = [];

  constructor(parts: WorkerLoopParts) {
    this.#parts = parts;
    this.wake();
  }

  /** Whether an attempt of this delivery, of which so many are recorded, is under way. */
  isUnderWay(seq: number, recorded: number): boolean {
    return (this.#claimed.get(seq) ?? 0) > recorded;
  }

  /** Resolves when the manual attempt of this delivery with this number is recorded; rejects when the loop is stopped before. */
  manualAttempt(seq: number, webhook: number, number: number): Promise<void> {
    return this.#manual.wait(seq, webhook, number);
  }

  /** Something of this webhook became due in the store. */
  ready(webhook: number, dueAt: number): void {
    this.#cursors.markDue(webhook, dueAt);
    this.#queuePass();
  }

  /** The webhook was deleted: nothing of it is attempted any more. */
  forget(webhook: number): void {
    this.#cursors.forget(webhook);
    this.#manual.reject('The webhook was deleted before the attempt', webhook);
  }

  /** Takes up everything that has become due since the last time. */
  wake(): void {
    if (this.#stopped) return;
    const now = this.#parts.clock.now();
    for (const webhook of this.#parts.deliveries.webhooksDue(this.#wokenAt, now))
      this.#cursors.markDue(webhook, this.#wokenAt + 1);
    this.#wokenAt = now;
    this.#arm();
    this.#queuePass();
  }

  /** Resolves when nothing is due, under way or unrecorded. */
  idle(): Promise<void> {
    if (!this.#stopped) this.wake();
    return new Promise((resolve) => {
      this.#idleWaiters.push(resolve);
      this.#queuePass();
    });
  }

  /** Starts nothing more, and resolves when what is under way is recorded. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.idle();
    this.#manual.reject('The sender was closed before the attempt; it stays queued');
  }

  #arm(): void {
    const { clock, deliveries } = this.#parts;
    if (clock.virtual || this.#stopped) return;
    clearTimeout(this.#timer);
    const now = clock.now();
    // A system clock set back must not hide what came due: the mark of the last wake-up goes back with it.
    this.#wokenAt = Math.min(this.#wokenAt, now);
    const next = deliveries.nextDue(this.#wokenAt);
    if (next === undefined) return;
    // A retry an hour away does not keep an otherwise finished process alive; it is in the database.
    this.#timer = setTimeout(() => this.wake(), Math.min(Math.max(next - now, 1), LONGEST_TIMER)).unref();
  }

  /** A retry was scheduled: the timer may have to go off earlier. */
  #scheduled(dueAt: number, webhook: number): void {
    if (dueAt <= this.#parts.clock.now()) {
      this.ready(webhook, dueAt);
      return;
    }
    this.#armQueued ??= setImmediate(() => {
      this.#armQueued = undefined;
      this.#arm();
    });
  }

  #queuePass(): void {
    if (this.#passQueued) return;
    this.#passQueued = true;
    setImmediate(() => {
      this.#passQueued = false;
      this.#startDue();
      this.#checkIdle();
    });
  }

  #startDue(): void {
    let progress = !this.#stopped;
    while (progress && this.#free() > 0) {
      progress = false;
      for (const cursor of this.#cursors.ready()) {
        if (this.#free() <= 0) return;
        const webhook = this.#parts.webhooks.get(cursor.webhook);
        if (webhook === undefined) {
          this.#cursors.forget(cursor.webhook);
          continue;
        }
        const endpoint = new URL(webhook.url).host;
        const forEndpoint = this.#parts.concurrencyPerEndpoint - (this.#perEndpoint.get(endpoint) ?? 0);
        const limit = Math.min(this.#free(), TURN, forEndpoint);
        if (limit <= 0) continue;
        const found = this.#parts.deliveries.due(cursor.webhook, cursor.after, this.#parts.clock.now(), limit);
        for (const due of found) {
          cursor.after = { dueAt: due.dueAt, seq: due.seq };
          if (!this.#claimed.has(due.seq)) void this.#deliver(due, endpoint);
        }
        if (found.length < limit) this.#cursors.markEmpty(cursor);
        else {
          this.#cursors.moveToEnd(cursor);
          progress = true;
        }
      }
    }
  }

  #free(): number {
    return Math.min(this.#parts.concurrency - this.#sending, UNRECORDED_LIMIT - this.#claimed.size);
  }

  async #deliver(due: DueDelivery, endpoint: string): Promise<void> {
    const { attempts, activity, history, ids, onError } = this.#parts;
    this.#claimed.set(due.seq, due.number);
    this.#count(endpoint, 1);
    const deliveryId = ids.format('del', due.seq);
    const webhookId = ids.format('whk', due.webhook);
    activity.publish(() => ({ type: 'attempt_started', deliveryId, webhookId, trigger: due.trigger }));
    const result = await attempts.make(due);
    this.#count(endpoint, -1);
    this.#queuePass();
    try {
      const dueAt = await attempts.record(due, result);
      this.#storePause = 0;
      this.#claimed.delete(due.seq);
      if (dueAt !== null) this.#scheduled(dueAt, due.webhook);
      if (due.trigger === 'manual') this.#manual.recorded(due.seq, due.number);
      activity.publish(() => {
        const delivery = history.get(due.seq);
        return delivery && { type: 'attempt_finished', delivery, success: result.error === undefined };
      });
    } catch (error) {
      // Not on disk, so it never happened: the attempt is made again once the store may have recovered.
      onError(error);
      this.#claimed.delete(due.seq);
      setTimeout(() => this.ready(due.webhook, due.dueAt), this.#pauseOfStore()).unref();
    }
    this.#queuePass();
  }

  /** Twice as long after each failure; those of one moment are one. */
  #pauseOfStore(): number {
    const now = performance.now();
    if (this.#storePause === 0 || now >= this.#storePauseEnds) {
      this.#storePause = Math.min(Math.max(STORE_RETRY_MS, 2 * this.#storePause), LONGEST_STORE_RETRY_MS);
      this.#storePauseEnds = now + this.#storePause;
    }
    return this.#storePause;
  }

  #count(endpoint: string, more: 1 | -1): void {
    this.#sending += more;
    const sending = (this.#perEndpoint.get(endpoint) ?? 0) + more;
    if (sending === 0) this.#perEndpoint.delete(endpoint);
    else this.#perEndpoint.set(endpoint, sending);
  }

  #checkIdle(): void {
    if (this.#idleWaiters.length === 0 || this.#claimed.size > 0) return;
    if (this.#parts.commit.pending > 0) {
      void this.#parts.commit.whenEmpty().then(() => this.#queuePass());
      return;
    }
    if (!this.#cursors.empty && !this.#stopped) return;
    const waiters = this.#idleWaiters;
    this.#idleWaiters = [];
    for (const resolve of waiters) resolve();
  }
}
