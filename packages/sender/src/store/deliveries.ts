import type { AttemptError } from '../delivery/attempt-error.js';
import type { Decision, DeliveryState } from '../delivery/policy.js';
import type { DeliveryStatus, Trigger } from '../types.js';
import { type Database, optionalNumber, type Row, readBytes, readNumber, readText } from './database.js';

/** A delivery whose next attempt is due, with what the attempt needs. */
export interface DueDelivery {
  readonly seq: number;
  readonly webhook: number;
  readonly dueAt: number;
  readonly event: string;
  readonly body: Buffer;
  readonly number: number;
  readonly trigger: Trigger;
}

/** How an attempt went. Header lists are JSON already. */
export interface AttemptResult {
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

type Origin = 'event' | 'test';

/** A place in the order of due deliveries. */
export interface Position {
  readonly dueAt: number;
  readonly seq: number;
}

/** The durable queue and its history. Methods that write run inside a transaction. */
export class DeliveryTable {
  readonly #s: ReturnType<typeof statements>;

  constructor(database: Database) {
    this.#s = statements(database);
  }

  insertEvent(name: string, body: Uint8Array): number {
    return this.#s.insertEvent.run(name, body);
  }

  insert(webhook: number, event: { readonly row: number; readonly name: string }, origin: Origin, now: number): number {
    return this.#s.insert.run(webhook, event.row, event.name, origin, now, now, now);
  }

  /** Due deliveries of a webhook after a position, in order. */
  due(webhook: number, after: Position, now: number, limit: number): DueDelivery[] {
    return this.#s.due.all(webhook, after.dueAt, after.seq, now, limit).map(toDueDelivery);
  }

  /** Webhooks with something due in (after, now]. */
  webhooksDue(after: number, now: number): number[] {
    return this.#s.webhooksDue.all(after, now).map((row) => readNumber(row, 'webhook'));
  }

  nextDue(after: number): number | undefined {
    return optionalNumber(this.#s.nextDue.get(after) ?? {}, 'due');
  }

  /** A delivery as it stands; undefined when there is none. */
  state(seq: number): DeliveryState | undefined {
    const row = this.#s.state.get(seq);
    return (
      row && {
        status: toStatus(readText(row, 'status')),
        origin: toOrigin(readText(row, 'origin')),
        attempts: readNumber(row, 'attempts'),
        resend: readNumber(row, 'resend') === 1,
      }
    );
  }

  /** Records an attempt and moves its delivery as decided. */
  record(due: DueDelivery, result: AttemptResult, decision: Decision): void {
    const { response, error } = result;
    const { status, attempts, dueAt } = decision;
    const manual = decision.manual ? 1 : 0;
    this.#s.insertAttempt.run(
      due.seq,
      attempts,
      due.trigger,
      result.startedAt,
      result.duration,
      result.url,
      result.requestHeaders,
      response?.status ?? null,
      response?.headers ?? null,
      response?.body ?? null,
      response?.truncated === true ? 1 : 0,
      error?.code ?? null,
      error?.message ?? null,
    );
    if (decision.keepsResponse) {
      this.#s.recount.run(attempts, dueAt, manual, due.seq);
      return;
    }
    const message = error === undefined ? null : `${error.code}: ${error.message}`;
    const code = response?.status ?? null;
    this.#s.move.run(status, attempts, dueAt, manual, result.finishedAt, code, message, due.seq);
  }

  /**
   * Makes the next attempt a manual one, due now; while one is under way, after that one. The manual attempt's number.
   * `underWay` gets the number of attempts recorded: an attempt whose record stands in the same transaction is not under way
   * any more.
   */
  resend(seq: number, now: number, underWay: (recorded: number) => boolean): number {
    const recorded = this.state(seq)?.attempts ?? 0;
    if (underWay(recorded)) {
      this.#s.resendLater.run(seq);
      return recorded + 2;
    }
    this.#s.resendNow.run(now, seq);
    return recorded + 1;
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
    insert: p(`INSERT INTO deliveries (webhook, event, name, origin, status, attempts, due_at, created_at, updated_at)
      VALUES (?, ?, ?, ?, 'pending', 0, ?, ?, ?)`),
    due: p(`SELECT d.seq, d.webhook, d.due_at, d.attempts, d.origin, d.manual, e.name, e.body
      FROM deliveries d JOIN events e ON e.seq = d.event
      WHERE d.webhook = ? AND (d.due_at, d.seq) > (?, ?) AND d.due_at <= ? AND d.due_at IS NOT NULL
      ORDER BY d.due_at, d.seq LIMIT ?`),
    webhooksDue: p('SELECT DISTINCT webhook FROM deliveries WHERE due_at IS NOT NULL AND due_at > ? AND due_at <= ?'),
    nextDue: p('SELECT min(due_at) AS due FROM deliveries WHERE due_at IS NOT NULL AND due_at > ?'),
    state: p('SELECT status, attempts, origin, resend FROM deliveries WHERE seq = ?'),
    insertAttempt: p('INSERT INTO attempts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    move: p(`UPDATE deliveries SET status = ?, attempts = ?, due_at = ?, manual = ?, resend = 0, updated_at = ?, response_code = ?, error = ?
      WHERE seq = ?`),
    recount: p('UPDATE deliveries SET attempts = ?, due_at = ?, manual = ?, resend = 0 WHERE seq = ?'),
    resendNow: p('UPDATE deliveries SET due_at = ?, manual = 1 WHERE seq = ?'),
    resendLater: p('UPDATE deliveries SET resend = 1 WHERE seq = ?'),
    endPending:
      p(`UPDATE deliveries SET status = 'failed', due_at = iif(manual = 1 OR resend = 1, due_at, NULL), error = COALESCE(error, ?)
      WHERE webhook = ? AND status = 'pending' AND due_at IS NOT NULL`),
    endManual: p(
      'UPDATE deliveries SET due_at = NULL, manual = 0, resend = 0 WHERE webhook = ? AND due_at IS NOT NULL',
    ),
  };
}

function toDueDelivery(row: Row): DueDelivery {
  const number = readNumber(row, 'attempts') + 1;
  const origin = toOrigin(readText(row, 'origin'));
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

const toOrigin = (text: string): 'event' | 'test' => (text === 'test' ? 'test' : 'event');

/** A status as the table holds it. */
export const toStatus = (text: string): DeliveryStatus => (text === 'success' || text === 'failed' ? text : 'pending');
