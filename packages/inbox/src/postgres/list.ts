import type { PageRequest, RecordPage } from '../engine.js';
import { type InboxDeadReason, type InboxState, isSettled } from '../policy.js';
import type { InboxRecord, InboxRecordInfo } from '../records/types.js';
import type { Connections } from './connections.js';
import { DEAD, HANDLED, type Names, OPEN, QUEUES } from './tables.js';
import { msOf } from './taken.js';

/** Pages of records, and one record. */
export class PostgresList {
  readonly #connections: Connections;
  readonly #names: Names;

  constructor(connections: Connections, names: Names) {
    this.#connections = connections;
    this.#names = names;
  }

  async page({ state, filter, after, limit, oldestFirst }: PageRequest): Promise<RecordPage> {
    const settled = isSettled(state);
    const order = settled ? 'd.settled_at' : 'd.accepted_at';
    const ascending = oldestFirst || !settled;
    const values: unknown[] = [QUEUES];
    const terms = [WHERE[state]];
    const add = (term: (...places: string[]) => string, ...more: unknown[]) => {
      terms.push(term(...more.map((_, index) => `$${values.length + index + 1}`)));
      values.push(...more);
    };
    if (after !== undefined) {
      add(
        (at, tie) => `(${order}, d.key) ${ascending ? '>' : '<'} (${timeOf(at, 1)}, ${tie})`,
        timeWithin(after.at, 1_000),
        after.tie,
      );
    }
    if (filter.since !== undefined) add((since) => `${order} >= ${timeOf(since, 1_000)}`, timeWithin(filter.since));
    if (filter.until !== undefined) add((until) => `${order} < ${timeOf(until, 1_000)}`, timeWithin(filter.until));
    if (filter.event === null) terms.push('d.event IS NULL');
    else if (filter.event !== undefined) add((event) => `d.event = ${event}`, filter.event);
    if (filter.error !== undefined) add((error) => `strpos(d.error, ${error}) > 0`, filter.error);
    const direction = ascending ? 'ASC' : 'DESC';
    const sql = `SELECT ${COLUMNS}, (extract(epoch FROM ${order}) * 1000000)::bigint::text AS place
       FROM ${this.#names.deliveries} d ${this.#jobOf(state)} WHERE ${terms.join(' AND ')}
       ORDER BY ${order} ${direction}, d.key ${direction} LIMIT ${limit + 1}`;
    // Few jobs run: those come from pg-boss's table, and are sorted.
    const { rows } = await (state === 'running'
      ? this.#connections.executeSql(sql, values)
      : this.#connections.pageTransaction((tx) => tx.executeSql(sql, values)));
    const found = (rows as Row[]).slice(0, limit);
    const last = found.at(-1);
    const more = rows.length > limit && last !== undefined;
    return { items: found.map(recordOf), next: more ? { at: Number(last.place), tie: last.key } : undefined };
  }

  async get(key: string): Promise<InboxRecord | null> {
    const { rows } = await this.#connections.executeSql(
      `SELECT ${COLUMNS}, d.body FROM ${this.#names.deliveries} d ${this.#jobOf(undefined)} WHERE d.key = $2`,
      [QUEUES, key],
    );
    const [row] = rows as (Row & { body: Buffer })[];
    return row === undefined ? null : { ...recordOf(row), rawBody: row.body };
  }

  /** Joins the job of a delivery that is not settled. */
  #jobOf(state: InboxState | undefined): string {
    const settled = isSettled(state);
    const job = `j.name = ANY($1::text[]) AND j.id = d.job AND d.state = ${OPEN}`;
    return `${state === 'running' ? '' : 'LEFT '}JOIN ${this.#names.jobs} j ON ${settled ? '$1::text[] IS NULL' : job}`;
  }
}

const COLUMNS = `d.key, d.event, d.size, d.secret_index, d.state, d.attempts, d.reason, d.error,
  ${msOf('d.accepted_at', 'accepted_at')}, ${msOf('d.settled_at', 'settled_at')}, ${msOf('j.start_after', 'start_after')},
  j.state::text AS job_state, coalesce(j.retry_count, 0)::int AS retry_count`;

const WAITS = `d.state = ${OPEN} AND j.state IS DISTINCT FROM 'active'`;
const WHERE: Record<InboxState, string> = {
  waiting: WAITS,
  retrying: `${WAITS} AND d.attempts > 0`,
  running: `d.state = ${OPEN} AND j.state = 'active'`,
  dead: `d.state = ${DEAD}`,
  handled: `d.state = ${HANDLED}`,
};

/** Longer ago and later than any record; PostgreSQL knows no time far beyond, and filters and cursors come from strangers. */
const LEAST_MS = -1e13;
const MOST_MS = 8e15;
function timeWithin(time: number, perMs = 1): number {
  return Math.min(MOST_MS * perMs, Math.max(LEAST_MS * perMs, time));
}

/** A number of microseconds or milliseconds since the epoch as a time, exactly. */
function timeOf(place: string, microseconds: number): string {
  return `(timestamptz 'epoch' + ${place}::float8 * interval '${microseconds} microsecond')`;
}

function recordOf(row: Row): InboxRecordInfo {
  const state = stateOf(row);
  const waits = state === 'waiting' || state === 'retrying';
  return {
    id: row.key,
    state,
    event: row.event,
    size: row.size,
    secretIndex: row.secret_index,
    attempts: row.attempts + row.retry_count + (state === 'running' ? 1 : 0),
    reason: state === 'dead' ? row.reason : null,
    error: row.error,
    acceptedAt: row.accepted_at,
    dueAt: waits ? (row.start_after ?? row.accepted_at) : null,
    settledAt: row.settled_at,
  };
}

function stateOf({ state, job_state: job, attempts }: Row): InboxState {
  if (state === DEAD) return 'dead';
  if (state === HANDLED) return 'handled';
  if (job === 'active') return 'running';
  return attempts > 0 ? 'retrying' : 'waiting';
}

interface Row {
  key: string;
  event: string | null;
  size: number;
  secret_index: number;
  state: number;
  attempts: number;
  reason: InboxDeadReason | null;
  error: string | null;
  accepted_at: number;
  settled_at: number | null;
  job_state: string | null;
  start_after: number | null;
  retry_count: number;
  place: string;
}
