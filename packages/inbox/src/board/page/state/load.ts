// What the page shows and where it comes from: one page of the list, one record, and the figures every few seconds.
import { type PageView, type RecordView, STATES, type StatsView } from '../../protocol.js';
import { parametersOf } from './address.js';
import { CallError, read, shown } from './api.js';
import { board, type Filter } from './store.js';

const POLL_MS = 2_000;
const POLL_HIDDEN_MS = 30_000;
/** Half an hour of the chart. */
const MOST_POINTS = 900;

/** The parameters of a filter towards the server. */
export function queryOf(filter: Filter): URLSearchParams {
  const query = parametersOf(filter);
  if (filter.state !== undefined) query.set('state', filter.state);
  return query;
}

let loads = 0;

/** Loads the page of the list that is chosen. Only the last call counts. */
export async function loadPage(): Promise<void> {
  const mine = ++loads;
  const { filter, cursors } = board.get();
  const query = queryOf(filter);
  const cursor = cursors.at(-1);
  if (cursor !== undefined) query.set('cursor', cursor);
  const page = await read<PageView>('records', query);
  if (mine === loads) board.change({ page });
}

/** Loads the selected record; null when there is none. */
export async function loadRecord(): Promise<void> {
  const { selected: id } = board.get();
  if (id === undefined) return board.change({ record: undefined });
  let record: RecordView | null = null;
  try {
    record = await read<RecordView>('record', new URLSearchParams({ id }));
  } catch (error) {
    if (!(error instanceof CallError) || error.code !== 'no_record') throw error;
  }
  if (board.get().selected === id) board.change({ record });
}

/** Loads the figures; what changed in them is loaded again too. */
async function loadStats(): Promise<void> {
  const before = board.get().stats;
  const stats = await read<StatsView>('stats');
  const point = { at: Date.now(), backlog: stats.waiting + stats.running, dead: stats.dead };
  board.change({ stats, connected: true, points: [...board.get().points.slice(1 - MOST_POINTS), point] });
  // A search in the errors is a scan: it is repeated by hand only.
  if (before === undefined || board.get().filter.error !== '' || !differ(before, stats)) return;
  await Promise.all([loadPage(), loadRecord()]);
}

const differ = (a: StatsView, b: StatsView): boolean => STATES.some((name) => a[name] !== b[name]);

/** Loads all that is shown, after something was done. */
export const reload = (): Promise<unknown> => Promise.all([loadStats(), loadPage(), loadRecord()]);

/** Loads the list and the record of a place that was just opened. */
export function openPlace(): void {
  void shown(Promise.all([loadPage(), loadRecord()]));
}

/** Keeps the figures fresh; slowly while nobody looks. */
export function follow(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const poll = async () => {
    clearTimeout(timer);
    try {
      await loadStats();
    } catch (error) {
      const lost = error instanceof CallError && (error.code === 'network' || error.code === 'unavailable');
      if (lost) board.change({ connected: false });
      else await shown(Promise.reject(error));
    }
    clearTimeout(timer);
    timer = setTimeout(poll, document.visibilityState === 'hidden' ? POLL_HIDDEN_MS : POLL_MS);
  };
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && void poll());
  void poll();
}
