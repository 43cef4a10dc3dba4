import type { Redis } from 'ioredis';
import type { PageRequest, Position, RecordPage } from '../engine.js';
import type { InboxSettings } from '../options.js';
import { type InboxState, isSettled } from '../policy.js';
import { matches, type RecordFilter } from '../records/filter.js';
import type { InboxRecord, InboxRecordInfo } from '../records/types.js';
import {
  attemptsOf,
  attemptsOfDead,
  BEGUN,
  type DeliveryQueue,
  deadSetOf,
  type JobData,
  jobIdOf,
  parseFailure,
  resultsOf,
  summaryOf,
} from './jobs.js';
import { type Found, readList, readSet } from './order.js';

/** How many jobs are looked at in one go for members of a filter that no set serves. */
const MAX_SCANNED = 500;
/** BullMQ's score of a delayed job: the time, and a counter in the lower bits. */
const DELAYED_SCORE = 0x1000;
/** A job may be put into our set of its event this long before BullMQ notes its end. */
const MAX_DYING_MS = 60_000;
const FIELDS = ['name', 'timestamp', 'finishedOn', 'failedReason', 'atm', 'stc', BEGUN] as const;
const LISTS: readonly string[] = ['wait', 'paused', 'active'];

/** BullMQ 5 renames `wait` to `paused` in a pause, and back at its end. */
const RENAMED: Record<string, string | undefined> = { wait: 'paused', paused: 'wait' };

/** BullMQ's lists and sets with the jobs of a state. */
const KEYS: Record<InboxState, readonly string[]> = {
  waiting: ['wait', 'paused', 'delayed'],
  retrying: ['delayed'],
  running: ['active'],
  dead: ['failed'],
  handled: ['completed'],
};

const STATES: Record<string, InboxState | undefined> = {
  delayed: 'retrying',
  active: 'running',
  failed: 'dead',
  completed: 'handled',
};

function timeOf(delayedScore: number): number {
  return Math.floor(delayedScore / DELAYED_SCORE);
}

/** Pages of records, and one record. */
export class RedisList {
  readonly #queue: DeliveryQueue;
  readonly #client: Redis;
  readonly #settings: InboxSettings;

  constructor(queue: DeliveryQueue, client: Redis, settings: InboxSettings) {
    this.#queue = queue;
    this.#client = client;
    this.#settings = settings;
  }

  async page(request: PageRequest): Promise<RecordPage> {
    const { state, filter, after, limit } = request;
    const ofEvent = state === 'dead' && filter.event !== undefined ? deadSetOf(filter.event) : undefined;
    const keys = ofEvent === undefined ? KEYS[state] : [ofEvent];
    // A place is in one of the keys: its tie is the key's number, then the job's id.
    const [, number = '0', id = ''] = /^(\d)(.*)$/.exec(after?.tie ?? '') ?? [];
    let at = Number(number);
    let key = keys[at];
    if (key === undefined) return { items: [], next: undefined };
    let following = at + 1;
    const place = after === undefined || id === '' ? undefined : { at: after.at, tie: id };
    const scanned = this.#isServed(state, filter) ? limit : Math.max(limit, MAX_SCANNED);
    let found = await this.#read(key, place, scanned + 1, request);
    const renamed = RENAMED[key];
    if (found.length === 0 && place !== undefined && renamed !== undefined) {
      key = renamed;
      at = keys.indexOf(key);
      following = Math.max(following, at + 1);
      found = await this.#read(key, place, scanned + 1, request);
    }
    const records = await this.#recordsOf(found.slice(0, scanned), state, key);
    const items: InboxRecordInfo[] = [];
    let last: Found | undefined;
    for (const [index, record] of records.entries()) {
      last = found[index];
      if (record !== undefined && matches(record, filter)) items.push(record);
      if (items.length === limit) break;
    }
    if (last !== undefined && last !== found.at(-1)) return { items, next: { at: last.at, tie: at + last.id } };
    return { items, next: following < keys.length ? { at: 0, tie: String(following) } : undefined };
  }

  /** Whether the keys hold just what a filter matches. */
  #isServed(state: InboxState, { event, since, until, error }: RecordFilter): boolean {
    const others = state === 'dead' ? [error] : [event, since, until, error];
    return others.every((member) => member === undefined);
  }

  #read(key: string, place: Position | undefined, count: number, request: PageRequest): Promise<Found[]> {
    const { state, filter, oldestFirst } = request;
    const fullKey = this.#queue.toKey(key);
    if (LISTS.includes(key)) return readList(this.#client, fullKey, { place, count });
    const settled = isSettled(state);
    if (!settled) return readSet(this.#client, fullKey, { place, count, ascending: true });
    const early = KEYS[state].includes(key) ? 0 : MAX_DYING_MS;
    const since = filter.since === undefined ? undefined : filter.since - early;
    return readSet(this.#client, fullKey, { place, count, ascending: oldestFirst, since, until: filter.until });
  }

  async get(key: string): Promise<InboxRecord | null> {
    const id = jobIdOf(key);
    const hash = this.#queue.toKey(id);
    const [fields, data, due, jobState] = await Promise.all([
      this.#client.hmget(hash, ...FIELDS),
      this.#client.hget(hash, 'data'),
      this.#client.zscore(this.#queue.toKey('delayed'), id),
      this.#queue.getJobState(id),
    ]);
    if (fields[0] == null || data === null) return null;
    const { body } = JSON.parse(data) as JobData;
    const record = this.#recordOf(
      fields,
      STATES[jobState] ?? 'waiting',
      due === null ? undefined : timeOf(Number(due)),
    );
    return { ...record, rawBody: Buffer.from(body, 'base64') };
  }

  /** Undefined for each job that is gone, or dead no more, by now. */
  async #recordsOf(found: readonly Found[], state: InboxState, key: string): Promise<(InboxRecordInfo | undefined)[]> {
    const pipeline = this.#client.pipeline();
    const scores = this.#client.pipeline();
    for (const { id } of found) {
      pipeline.hmget(this.#queue.toKey(id), ...FIELDS);
      // A set of ours may hold what was retried since.
      if (!KEYS[state].includes(key)) scores.zscore(this.#queue.toKey('failed'), id);
    }
    const [results, deaths] = await Promise.all([resultsOf(pipeline), resultsOf(scores)]);
    return found.map(({ at }, index) => {
      const fields = results[index] as (string | null)[];
      if (fields[0] == null || deaths[index] === null) return undefined;
      const waiting = key === 'delayed' ? 'retrying' : 'waiting';
      const actual = state === 'waiting' || state === 'retrying' ? waiting : state;
      return this.#recordOf(fields, actual, key === 'delayed' ? timeOf(at) : undefined);
    });
  }

  #recordOf(fields: readonly (string | null)[], state: InboxState, dueAt?: number): InboxRecordInfo {
    const [name, timestamp, finishedOn, failedReason, attemptsMade, stalledCounter, begun] = fields;
    const { key, event, size, secretIndex } = summaryOf(name ?? '');
    const counts = { attemptsMade: Number(attemptsMade ?? 0), stalledCounter: Number(stalledCounter ?? 0) };
    const attempts = attemptsOf(counts, begun, state === 'running');
    const dead = state === 'dead' ? parseFailure(failedReason ?? '') : undefined;
    const settled = isSettled(state);
    const acceptedAt = Number(timestamp);
    return {
      ...{ id: key, state, event, size, secretIndex },
      attempts: dead === undefined ? attempts : attemptsOfDead(attempts, this.#settings.maxAttempts),
      reason: dead?.reason ?? null,
      error: state === 'handled' ? null : (dead?.error ?? failedReason ?? null),
      acceptedAt,
      dueAt: state === 'waiting' || state === 'retrying' ? (dueAt ?? acceptedAt) : null,
      settledAt: settled ? Number(finishedOn) : null,
    };
  }
}
