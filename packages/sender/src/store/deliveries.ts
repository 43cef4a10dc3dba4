import type { AttemptError } from '../engine/errors.js';
import type { DeliveryStatus, Trigger } from '../types.js';
import { type Database, optionalNumber, type Row, readBytes, readNumber, readText } from './database.js';

/** What an attempt needs to be made. */
export interface Claim {
  readonly seq: number;
  readonly webhook: number;
  readonly dueAt: number;
  readonly event: string;
  readonly body: Buffer;
  readonly number: number;
  readonly trigger: Trigger;
}

/** What an attempt left. Header lists are JSON already. */
export interface Outcome {
  readonly url: string;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly duration: number;
  readonly requestHeaders: string;
  readonly response?:
    | { readonly status: number; readonly headers: string; readonly body: Buffer; readonly truncated: boolean }
    | undefined;
  readonly error?: AttemptError | undefined;
}

export interface Position {
  readonly dueAt: number;
  readonly seq: number;
}

export type Settled = { readonly status: DeliveryStatus; readonly dueAt: number | null; readonly exhausted: boolean };

/** The durable queue and its history. Methods that write run inside a transaction. */
export class DeliveryTable {
  readonly #s: ReturnType<typeof statements>;

  constructor(database: Database) {
    this.#s = statements(database);
  }

  insertEvent(name: string, body: Uint8Array): number {
    return this.#s.insertEvent.run(name, body);
  }

  insert(webhook: number, event: number, origin: 'event' | 'test', now: number): number {
    return this.#s.insert.run(webhook, event, origin, now, now, now);
  }

  /** Due deliveries of a webhook after a position, in order. */
  due(webhook: number, after: Position, now: number, limit: number): Claim[] {
    return this.#s.due.all(webhook, after.dueAt, after.seq, now, limit).map(toClaim);
  }

  /** Webhooks with something due in (after, now]. */
  lanesDue(after: number, now: number): number[] {
    return this.#s.lanesDue.all(after, now).map((row) => readNumber(row, 'webhook'));
  }

  nextDue(after: number): number | undefined {
    return optionalNumber(this.#s.nextDue.get(after) ?? {}, 'due');
  }

  /**
   * Records an attempt and moves its delivery on. A delivery that is no longer pending (ended by the failure or the removal of
   * its webhook, or finished before a resend) is never scheduled again, but a success is a success.
   */
  settle(
    claim: Claim,
    outcome: Outcome,
    delays: readonly number[],
    delayOf: (index: number) => number,
  ): Settled | undefined {
    const row = this.#s.state.get(claim.seq);
    if (row === undefined) return undefined;
    const before = readText(row, 'status');
    const attempts = readNumber(row, 'attempts') + 1;
    const { response, error } = outcome;
    this.#s.insertAttempt.run(
      claim.seq,
      attempts,
      claim.trigger,
      outcome.startedAt,
      outcome.duration,
      outcome.url,
      outcome.requestHeaders,
      response?.status ?? null,
      response?.headers ?? null,
      response?.body ?? null,
      response?.truncated === true ? 1 : 0,
      error?.code ?? null,
      error?.message ?? null,
    );
    let status: DeliveryStatus = error === undefined || before === 'success' ? 'success' : 'failed';
    let dueAt: number | null = null;
    let exhausted = false;
    if (error !== undefined && before === 'pending' && readText(row, 'origin') === 'event') {
      if (attempts <= delays.length) {
        status = 'pending';
        dueAt = outcome.finishedAt + delayOf(attempts - 1);
      } else {
        exhausted = true;
      }
    }
    const resend = readNumber(row, 'resend') === 1;
    if (resend) dueAt = outcome.finishedAt;
    const kept = error !== undefined && before === 'success';
    if (kept) {
      this.#s.recount.run(attempts, dueAt, resend ? 1 : 0, claim.seq);
    } else {
      const message = error === undefined ? null : `${error.code}: ${error.message}`;
      this.#s.move.run(
        status,
        attempts,
        dueAt,
        resend ? 1 : 0,
        outcome.finishedAt,
        response?.status ?? null,
        message,
        claim.seq,
      );
    }
    return { status, dueAt, exhausted };
  }

  /** Makes the next attempt a manual one, due now; while one is under way, after that one. */
  resend(seq: number, now: number, underWay: boolean): boolean {
    if (this.#s.state.get(seq) === undefined) return false;
    if (underWay) this.#s.resendLater.run(seq);
    else this.#s.resendNow.run(now, seq);
    return true;
  }

  /** Ends what is pending for a webhook; a manual attempt that was asked for is still made. */
  endPending(webhook: number, reason: string): void {
    this.#s.endPending.run(reason, webhook);
  }

  /** Drops the manual attempts as well. */
  endManual(webhook: number): void {
    this.#s.endManual.run(webhook);
  }
}

function statements(database: Database) {
  const p = (sql: string) => database.prepare(sql);
  return {
    insertEvent: p('INSERT INTO events (name, body) VALUES (?, ?)'),
    insert: p(`INSERT INTO deliveries (webhook, event, origin, status, attempts, due_at, created_at, updated_at)
      VALUES (?, ?, ?, 'pending', 0, ?, ?, ?)`),
    due: p(`SELECT d.seq, d.webhook, d.due_at, d.attempts, d.origin, d.manual, e.name, e.body
      FROM deliveries d JOIN events e ON e.seq = d.event
      WHERE d.webhook = ? AND (d.due_at, d.seq) > (?, ?) AND d.due_at <= ? AND d.due_at IS NOT NULL
      ORDER BY d.due_at, d.seq LIMIT ?`),
    lanesDue: p('SELECT DISTINCT webhook FROM deliveries WHERE due_at IS NOT NULL AND due_at > ? AND due_at <= ?'),
    nextDue: p('SELECT min(due_at) AS due FROM deliveries WHERE due_at IS NOT NULL AND due_at > ?'),
    state: p('SELECT status, attempts, origin, resend FROM deliveries WHERE seq = ?'),
    insertAttempt: p('INSERT INTO attempts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    move: p(`UPDATE deliveries SET status = ?, attempts = ?, due_at = ?, manual = ?, resend = 0, updated_at = ?, response_code = ?, error = ?
      WHERE seq = ?`),
    recount: p('UPDATE deliveries SET attempts = ?, due_at = ?, manual = ?, resend = 0 WHERE seq = ?'),
    resendNow: p('UPDATE deliveries SET due_at = ?, manual = 1 WHERE seq = ?'),
    resendLater: p('UPDATE deliveries SET resend = 1 WHERE seq = ?'),
    endPending:
      p(`UPDATE deliveries SET status = 'failed', due_at = NULL, manual = 0, resend = 0, error = COALESCE(error, ?)
      WHERE webhook = ? AND status = 'pending' AND due_at IS NOT NULL`),
    endManual: p(
      'UPDATE deliveries SET due_at = NULL, manual = 0, resend = 0 WHERE webhook = ? AND due_at IS NOT NULL',
    ),
  };
}

function toClaim(row: Row): Claim {
  const number = readNumber(row, 'attempts') + 1;
  const origin = readText(row, 'origin') === 'test' ? 'test' : 'event';
  return {
    seq: readNumber(row, 'seq'),
    webhook: readNumber(row, 'webhook'),
    dueAt: readNumber(row, 'due_at'),
    event: readText(row, 'name'),
    body: readBytes(row, 'body'),
    number,
    trigger: readNumber(row, 'manual') === 1 ? 'manual' : number === 1 ? origin : 'retry',
  };
}
