import type { Engine, Position } from '../engine.js';
import type { InboxState } from '../policy.js';
import { cursorOf, type PageStart, startOf } from './cursor.js';
import { checkFilter } from './filter.js';
import type { InboxListOptions, InboxPage, InboxRecordInfo } from './types.js';

/** The order of a list of all states; `waiting` holds those that are retrying. */
const ALL_STATES: readonly InboxState[] = ['dead', 'running', 'waiting', 'handled'];
const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 1_000;

/** One page of records, from as many looks into the database as it takes. */
export async function listRecords(engine: Engine, options: InboxListOptions): Promise<InboxPage> {
  const { state, filter } = checkFilter(options, 'list', undefined, ['limit', 'cursor']);
  const { limit = DEFAULT_LIMIT, cursor } = options;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw new TypeError(`list takes a limit from 1 to ${MAX_LIMIT}, not ${String(limit)}`);
  }
  // What is handled has no error any more: most of the records would be searched for nothing.
  const states = (state === undefined ? ALL_STATES : [state]).filter((one) => one !== 'handled' || !filter.error);
  const items: InboxRecordInfo[] = [];
  let start: PageStart | undefined = cursor === undefined ? beginning(states[0]) : startOf(cursor, states);
  while (start !== undefined && items.length < limit) {
    const { state: current, after }: PageStart = start;
    const request = { state: current, filter, after, limit: limit - items.length, oldestFirst: false };
    const page: { readonly items: readonly InboxRecordInfo[]; readonly next: Position | undefined } =
      await engine.page(request);
    items.push(...page.items);
    start =
      page.next === undefined ? beginning(states[states.indexOf(current) + 1]) : { state: current, after: page.next };
  }
  return start === undefined ? { items } : { items, nextCursor: cursorOf(start) };
}

function beginning(state: InboxState | undefined): PageStart | undefined {
  return state === undefined ? undefined : { state, after: undefined };
}
