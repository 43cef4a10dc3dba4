import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine, Position } from '../engine.js';
import type { InboxState } from '../policy.js';
import type { RecordFilter } from './filter.js';

/** How many records one transaction changes. */
const BATCH = 500;

type ListingEngine = Pick<Engine, 'stats' | 'page'>;

interface BulkChange {
  readonly state: InboxState;
  readonly filter: RecordFilter;
  readonly perSecond?: number | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Changes the records it is given; how many. */
  readonly change: (ids: readonly string[]) => Promise<number>;
}

/** Changes every record that a filter matches, the oldest first, a batch at a time. Holds the ids of one batch at most. */
export async function changeMatching(
  engine: ListingEngine,
  { state, filter, perSecond, now, change }: BulkChange,
): Promise<number> {
  const { until, most } = await boundOf(engine, state, filter, now);
  const batch = perSecond === undefined ? BATCH : Math.min(BATCH, Math.max(1, Math.ceil(perSecond / 10)));
  const began = performance.now();
  let after: Position | undefined;
  let changed = 0;
  // The last record of a batch waits for the next one: it marks the place from which to go on.
  let marker: string[] = [];
  if (most === 0) return 0;
  do {
    const limit = Math.min(batch, most - changed - marker.length);
    const { items, next } = await engine.page({ state, filter: { ...filter, until }, after, limit, oldestFirst: true });
    const ids = [...marker, ...items.map(({ id }) => id)];
    marker = next === undefined ? [] : ids.splice(-1);
    if (ids.length > 0) changed += await change(ids);
    after = next;
    if (after === undefined || perSecond === undefined) continue;
    await sleep(Math.max(0, began + (changed * 1_000) / perSecond - performance.now()));
  } while (after !== undefined && changed + marker.length < most);
  if (marker.length > 0) changed += await change(marker);
  return changed;
}

/** Up to where to work, so that what fails again, or arrives meanwhile, is not worked on. */
async function boundOf(engine: ListingEngine, state: InboxState, filter: RecordFilter, now: number) {
  const given = filter.until ?? Number.POSITIVE_INFINITY;
  if (state !== 'dead') {
    const stats = await engine.stats();
    return { until: Math.min(given, now + 1), most: state === 'retrying' ? stats.retrying : stats.waiting };
  }
  const newest = await engine.page({ state, filter: {}, after: undefined, limit: 1, oldestFirst: false });
  const last = newest.items[0]?.settledAt ?? 0;
  return { until: Math.min(given, last + 1), most: Number.POSITIVE_INFINITY };
}
