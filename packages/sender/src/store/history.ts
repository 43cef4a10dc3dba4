import { timestampOf } from '../clock.js';
import type { AttemptErrorCode } from '../delivery/attempt-error.js';
import type { AttemptRecord, DeliveryDetail, DeliveryRecord, DeliveryStatus, Trigger } from '../types.js';
import {
  type Database,
  optionalBytes,
  optionalNumber,
  optionalText,
  type Row,
  readBytes,
  readNumber,
  readText,
  type SqlValue,
} from './database.js';
import { toStatus } from './deliveries.js';
import type { Ids } from './ids.js';

/** Which deliveries to read, the latest first. */
export interface DeliveryFilter {
  /** Row number of the webhook; all webhooks when absent. */
  readonly webhook?: number | undefined;
  readonly status?: DeliveryStatus | undefined;
  /** Only rows with a smaller number. */
  readonly before: number;
  readonly limit: number;
}

const COLUMNS = `d.seq, d.webhook, d.status, d.attempts, d.due_at, d.created_at, d.updated_at, d.response_code, d.error, d.name,
  (SELECT a.duration FROM attempts a WHERE a.delivery = d.seq ORDER BY a.number DESC LIMIT 1) AS duration`;

/** Reads of the history. */
export class History {
  readonly #database: Database;
  readonly #ids: Ids;

  constructor(database: Database, ids: Ids) {
    this.#database = database;
    this.#ids = ids;
  }

  count(webhook: number): number {
    return readNumber(
      this.#database.prepare('SELECT count(*) AS n FROM deliveries WHERE webhook = ?').get(webhook) ?? {},
      'n',
    );
  }

  list({ webhook, status, before, limit }: DeliveryFilter): { seq: number; delivery: DeliveryRecord }[] {
    const where = ['d.seq < ?'];
    const values: (string | number)[] = [before];
    if (webhook !== undefined) {
      where.push('d.webhook = ?');
      values.push(webhook);
    }
    if (status !== undefined) {
      where.push('d.status = ?');
      values.push(status);
    }
    return this.#read(where.join(' AND '), values, limit, 0).map((row) => ({
      seq: readNumber(row, 'seq'),
      delivery: this.#delivery(row),
    }));
  }

  /** Deliveries `d` that meet a condition of SQL, the latest first. */
  rows(condition: string, values: readonly SqlValue[], limit: number, offset: number): DeliveryRecord[] {
    return this.#read(condition, values, limit, offset).map((row) => this.#delivery(row));
  }

  /** Whether there is such a delivery. */
  has(seq: number): boolean {
    return this.#database.prepare('SELECT seq FROM deliveries WHERE seq = ?').get(seq) !== undefined;
  }

  #read(condition: string, values: readonly SqlValue[], limit: number, offset: number): Row[] {
    return this.#database
      .prepare(`SELECT ${COLUMNS} FROM deliveries d WHERE ${condition} ORDER BY d.seq DESC LIMIT ? OFFSET ?`)
      .all(...values, limit, offset);
  }

  get(seq: number): DeliveryRecord | undefined {
    const row = this.#row(seq);
    return row === undefined ? undefined : this.#delivery(row);
  }

  detail(seq: number): DeliveryDetail | undefined {
    const row = this.#row(seq);
    if (row === undefined) return undefined;
    const body = readBytes(row, 'body');
    const attempts = this.#database.prepare('SELECT * FROM attempts WHERE delivery = ? ORDER BY number').all(seq);
    return { ...this.#delivery(row), body, attempts: attempts.map((attempt) => toAttempt(attempt, body)) };
  }

  #row(seq: number): Row | undefined {
    return this.#database
      .prepare(`SELECT ${COLUMNS}, e.body FROM deliveries d JOIN events e ON e.seq = d.event WHERE d.seq = ?`)
      .get(seq);
  }

  #delivery(row: Row): DeliveryRecord {
    const code = optionalNumber(row, 'response_code');
    const error = optionalText(row, 'error');
    const due = optionalNumber(row, 'due_at');
    const duration = optionalNumber(row, 'duration');
    const status = readText(row, 'status');
    return {
      id: this.#ids.format('del', readNumber(row, 'seq')),
      webhookId: this.#ids.format('whk', readNumber(row, 'webhook')),
      event: readText(row, 'name'),
      status: toStatus(status),
      ...(code === undefined ? {} : { responseCode: code }),
      timestamp: timestampOf(readNumber(row, 'updated_at')),
      retries: Math.max(0, readNumber(row, 'attempts') - 1),
      ...(duration === undefined ? {} : { durationMs: duration }),
      ...(error === undefined ? {} : { error }),
      createdAt: timestampOf(readNumber(row, 'created_at')),
      ...(due === undefined ? {} : { nextAttemptAt: timestampOf(due) }),
    };
  }
}

function toAttempt(row: Row, body: Uint8Array): AttemptRecord {
  const status = optionalNumber(row, 'response_status');
  const code = optionalText(row, 'error_code');
  return {
    number: readNumber(row, 'number'),
    trigger: readText(row, 'trigger') as Trigger,
    startedAt: timestampOf(readNumber(row, 'started_at')),
    durationMs: readNumber(row, 'duration'),
    request: {
      url: readText(row, 'url'),
      headers: JSON.parse(readText(row, 'request_headers')) as Record<string, string>,
      body,
    },
    ...(status === undefined
      ? {}
      : {
          response: {
            status,
            headers: JSON.parse(optionalText(row, 'response_headers') ?? '{}') as Record<string, string>,
            body: optionalBytes(row, 'response_body') ?? new Uint8Array(),
            truncated: readNumber(row, 'response_truncated') === 1,
          },
        }),
    ...(code === undefined
      ? {}
      : { error: { code: code as AttemptErrorCode, message: optionalText(row, 'error') ?? '' } }),
  };
}
