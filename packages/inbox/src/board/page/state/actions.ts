import type { CountView, DoneView } from '../../protocol.js';
import { number, textsOf } from '../texts/texts.js';
import { CallError, read, shown, write } from './api.js';
import { loadPage, loadRecord, queryOf, reload } from './load.js';
import { type Bulk, board, type Filter, NO_FILTER, notify } from './store.js';

const TYPING_MS = 250;
let typing: ReturnType<typeof setTimeout> | undefined;

const says = (n: number) => ({ n: number(n, board.get().language) });

/** Narrows the list; typed text is waited for. */
export function narrow(changes: Partial<Filter>): void {
  const typed = 'error' in changes;
  board.change({ filter: { ...board.get().filter, ...changes }, cursors: [undefined] });
  clearTimeout(typing);
  typing = setTimeout(() => void shown(loadPage()), typed ? TYPING_MS : 0);
}

export const clearFilter = (): void => narrow({ ...NO_FILTER, state: board.get().filter.state });

/** Chooses a record; undefined closes it. */
export function select(id: string | undefined): void {
  if (id === board.get().selected) return;
  board.change({ selected: id, record: undefined });
  void shown(loadRecord());
}

/** Closes the record and gives the keyboard back to the list. */
export function closeRecord(): void {
  select(undefined);
  document.querySelector<HTMLElement>('.rows')?.focus();
}

/** Goes a page on or back. */
export function turn(to: 'next' | 'previous'): void {
  const { page, cursors } = board.get();
  if (to === 'next' ? page?.nextCursor === undefined : cursors.length < 2) return;
  board.change({ cursors: to === 'next' ? [...cursors, page?.nextCursor] : cursors.slice(0, -1) });
  void shown(loadPage());
}

/** Retries or discards one record. */
export async function one(what: Bulk, id: string): Promise<void> {
  const t = textsOf(board.get().language);
  const { count } = await write<DoneView>(what, new URLSearchParams({ id }));
  if (count === 0) notify('bad', t(what === 'retry' ? 'not_retried' : 'not_discarded'));
  else notify('good', t(what === 'retry' ? 'retried' : 'discarded', says(count)));
  if (what === 'discard' && count > 0 && board.get().selected === id) closeRecord();
  await reload();
}

/** Counts what a filter matches, in parts; `onPart` hears how far it is. */
export async function count(filter: Filter, onPart: (soFar: CountView) => boolean): Promise<void> {
  const query = queryOf(filter);
  let sum = 0;
  for (;;) {
    const part = await read<CountView>('count', query);
    sum += part.count;
    if (!onPart({ ...part, count: sum }) || part.nextCursor === undefined) return;
    query.set('until', String(part.until));
    query.set('cursor', part.nextCursor);
  }
}

/** Retries or discards what was counted. */
export async function many(what: Bulk, filter: Filter, counted: CountView, perSecond: string): Promise<void> {
  const t = textsOf(board.get().language);
  const query = queryOf({ ...filter, until: counted.until });
  if (what === 'retry' && perSecond !== '') query.set('per_second', perSecond);
  notify('busy', t(what === 'retry' ? 'working_retry' : 'working_discard', says(counted.count)));
  const done = await write<DoneView>(what, query).catch((error: unknown) => {
    // A proxy may have ended the request; the server works on.
    if (error instanceof CallError && error.code === 'network') throw new CallError('unknown_end', '');
    throw error;
  });
  notify('good', t(what === 'retry' ? 'retried' : 'discarded', says(done.count)));
  board.change({ cursors: [undefined] });
  await reload();
}

/** Pauses the inbox, or ends the pause. */
export async function togglePause(): Promise<void> {
  const t = textsOf(board.get().language);
  const paused = board.get().stats?.paused === true;
  await write(paused ? 'resume' : 'pause');
  notify('good', t(paused ? 'resumed_done' : 'paused_done'));
  await reload();
}
