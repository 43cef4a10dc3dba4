import { DISCARDABLE, RETRYABLE } from '../../policy.js';
import type { InboxFilter } from '../../records/types.js';
import {
  BODY_LIMIT,
  type CountView,
  type DoneView,
  PAGE_SIZE,
  type PageView,
  type RecordView,
  type StatsView,
} from '../protocol.js';
import { fitOf } from './fit.js';
import type { BoardInbox } from './options.js';
import { filterOf, idOf, perSecondOf, text, whichOf } from './query.js';
import { Refusal } from './refusal.js';

type Operation = (inbox: BoardInbox, query: URLSearchParams) => Promise<object>;

/** The most rows of one read while counting, and how long one request counts. */
const COUNT_PAGE = 1_000;
const COUNT_MS = 500;

/** What a GET may request. */
export const READS: Readonly<Record<string, Operation>> = {
  async stats(inbox): Promise<StatsView> {
    return { ...(await inbox.stats()), now: Date.now() };
  },

  async records(inbox, query): Promise<PageView> {
    return inbox.list({ ...filterOf(query), limit: PAGE_SIZE, cursor: text(query, 'cursor') });
  },

  async record(inbox, query): Promise<RecordView> {
    const found = await inbox.get(idOf(query));
    if (found === null) throw new Refusal('no_record', 'There is no such record; it may have been discarded.');
    const { rawBody, ...info } = found;
    return { ...info, body: Buffer.from(rawBody.subarray(0, BODY_LIMIT)).toString('base64'), fit: fitOf(rawBody) };
  },

  /** Counts in parts, so that no request takes long and the page shows how far it is. */
  async count(inbox, query): Promise<CountView> {
    const filter = filterOf(query);
    // What arrives from now on is neither counted nor, with the same bound, retried.
    const until = filter.until ?? Date.now() + 1;
    const began = performance.now();
    let cursor = text(query, 'cursor');
    let count = 0;
    do {
      const page = await inbox.list({ ...filter, until, limit: COUNT_PAGE, cursor });
      count += page.items.length;
      cursor = page.nextCursor;
    } while (cursor !== undefined && performance.now() - began < COUNT_MS);
    return { count, until, ...(cursor !== undefined && { nextCursor: cursor }) };
  },
};

/** What a POST may request. */
export const WRITES: Readonly<Record<string, Operation>> = {
  async retry(inbox, query): Promise<DoneView> {
    const which: string | InboxFilter = whichOf(query, RETRYABLE);
    return { count: await inbox.retry(which, { perSecond: perSecondOf(query) }) };
  },

  async discard(inbox, query): Promise<DoneView> {
    return { count: await inbox.discard(whichOf(query, DISCARDABLE)) };
  },

  async pause(inbox): Promise<object> {
    await inbox.pause();
    return {};
  },

  async resume(inbox): Promise<object> {
    await inbox.resume();
    return {};
  },
};

/** What the inbox threw, as an answer. Its own words go to `report` only: they may name a server or a file. */
export function refusalOf(error: unknown, report: (error: unknown) => void): Refusal {
  if (error instanceof Refusal) return error;
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  if (code === 'cursor_invalid') return new Refusal('invalid_parameter', 'cursor is not of this list.');
  report(error);
  if (code === 'unavailable' || code === 'closed')
    return new Refusal('unavailable', 'The inbox is not available at the moment.');
  return new Refusal('fault', 'The inbox failed; the log of the server says why.');
}
