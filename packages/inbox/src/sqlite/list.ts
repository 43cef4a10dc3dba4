import type { Database, Statement } from 'libsql';
import type { PageRequest, RecordPage } from '../engine.js';
import type { InboxSettings } from '../options.js';
import type { InboxDeadReason, InboxState } from '../policy.js';
import { matches, type RecordFilter } from '../records/filter.js';
import type { InboxRecord, InboxRecordInfo } from '../records/types.js';
import type { FileClock } from './clock.js';
import type { InboxFile } from './file.js';
import { DEAD, HANDLED, RUNNING, WAITING } from './schema.js';
import { bytesOf } from './work.js';

/** How many rows are read in one go for members of a filter that no index serves: reading blocks the event loop. */
const MAX_SCANNED = 1_000;
const COLUMNS = 'id, key, event, size, secret_index, state, attempts, due_at, accepted_at, settled_at, reason, error';

/** The rows of a state; the first term names the partial index that serves it. */
const WHERE: Record<InboxState, string> = {
  waiting: `state = ${WAITING}`,
  retrying: `state = ${WAITING} AND attempts > 0`,
  running: `state = ${RUNNING}`,
  dead: `state = ${DEAD}`,
  handled: `state >= ${HANDLED} AND state = ${HANDLED}`,
};

/**
 * What the records of a state are ordered by. Not `due_at` for those that are retrying: it moves when one is made due or fails
 * again, and a call that goes through them would meet some twice and others never.
 */
const ORDER: Record<InboxState, 'id' | 'due_at' | 'settled_at'> = {
  waiting: 'due_at',
  retrying: 'id',
  running: 'due_at',
  dead: 'settled_at',
  handled: 'due_at',
};

/** Pages of records, and one record. */
export class List {
  readonly #db: Database;
  readonly #clock: FileClock;
  readonly #settings: InboxSettings;
  readonly #prepared = new Map<string, Statement<unknown[]>>();

  constructor({ db, clock }: InboxFile, settings: InboxSettings) {
    this.#db = db;
    this.#clock = clock;
    this.#settings = settings;
  }

  page({ state, filter, after, limit, oldestFirst }: PageRequest): RecordPage {
    const dead = state === 'dead';
    const order = ORDER[state];
    const ascending = oldestFirst || (!dead && state !== 'handled');
    const values: unknown[] = [];
    const terms = [WHERE[state]];
    const add = (term: string, ...more: unknown[]) => {
      terms.push(term);
      values.push(...more);
    };
    if (after !== undefined) add(`(${order}, id) ${ascending ? '>' : '<'} (?, ?)`, after.at, Number(after.tie));
    if (dead && filter.since !== undefined) add('settled_at >= ?', filter.since);
    if (dead && filter.until !== undefined) add('settled_at < ?', filter.until);
    if (dead && filter.event !== undefined) add('event IS ?', filter.event);
    const left = dead ? { error: filter.error } : filter;
    const scanned = isEmpty(left) ? limit : Math.max(limit, MAX_SCANNED);
    // Else the planner would go through the whole table, which is in this order, too.
    const hint = state === 'retrying' ? 'INDEXED BY deliveries_retrying' : '';
    const direction = ascending ? 'ASC' : 'DESC';
    const rows = this.#statement(
      `SELECT ${COLUMNS} FROM deliveries ${hint} WHERE ${terms.join(' AND ')} ORDER BY ${order} ${direction}, id ${direction} LIMIT ?`,
    ).all([...values, scanned + 1]) as Row[];
    const items: InboxRecordInfo[] = [];
    let last: Row | undefined;
    for (const row of rows.slice(0, scanned)) {
      last = row;
      const record = this.#recordOf(row);
      if (matches(record, left)) items.push(record);
      if (items.length === limit) break;
    }
    const more = last !== undefined && last !== rows.at(-1);
    return { items, next: more ? { at: last?.[order] ?? 0, tie: String(last?.id) } : undefined };
  }

  get(key: string): InboxRecord | null {
    const row = this.#statement(`SELECT ${COLUMNS}, body FROM deliveries WHERE key = ?`).get([key]) as
      | (Row & { body: Buffer | ArrayBuffer })
      | undefined;
    return row === undefined ? null : { ...this.#recordOf(row), rawBody: bytesOf(row.body) };
  }

  #statement(sql: string): Statement<unknown[]> {
    let statement = this.#prepared.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      this.#prepared.set(sql, statement);
    }
    return statement;
  }

  #recordOf(row: Row): InboxRecordInfo {
    const waits = row.state === WAITING;
    return {
      id: row.key,
      state: stateOf(row),
      event: row.event,
      size: row.size,
      secretIndex: row.secret_index,
      attempts: row.attempts,
      reason: row.state === DEAD ? row.reason : null,
      error: row.error,
      acceptedAt: row.accepted_at,
      // From the file's clock to the wall clock.
      dueAt: waits ? row.due_at - this.#clock.now() + this.#settings.now() : null,
      settledAt: row.settled_at,
    };
  }
}

function isEmpty({ event, since, until, error }: RecordFilter): boolean {
  return event === undefined && since === undefined && until === undefined && error === undefined;
}

function stateOf({ state, attempts }: Row): InboxState {
  switch (state) {
    case WAITING:
      return attempts > 0 ? 'retrying' : 'waiting';
    case RUNNING:
      return 'running';
    case DEAD:
      return 'dead';
    default:
      return 'handled';
  }
}

interface Row {
  id: number;
  key: string;
  event: string | null;
  size: number;
  secret_index: number;
  state: number;
  attempts: number;
  due_at: number;
  accepted_at: number;
  settled_at: number | null;
  reason: InboxDeadReason | null;
  error: string | null;
}
