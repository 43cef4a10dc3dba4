// The list of deliveries: the server has it, the page holds the part in sight with a margin.
import type { Filters, Item, ListPart } from '../../protocol.js';
import { get, quietly } from './api.js';
import { change, onChange, store } from './store.js';

const MARGIN = 100;
// With fewer loaded rows than these above or below, more are loaded.
const NEAR = 40;
const MOST_ROWS = 400;
// So often at most is the list requested while deliveries stream in.
const PAUSE_MS = 100;

let sight = { first: 0, last: 30 };
// What the stream reported since the list was last requested.
let heard = new Map<string, Item>();
let loading: Promise<void> | undefined;
let again = false;
let timer: ReturnType<typeof setTimeout> | undefined;
// A row that was chosen before it was loaded.
let chosen: number | undefined;

/** The row at a place of the list; undefined while it is not loaded. */
export const rowAt = ({ items, offset }: ListPart, index: number): Item | undefined => items[index - offset];

/** The place of a row in the list; -1 where it is not known. */
export function placeOf({ items, offset, places }: ListPart, id: string): number {
  const at = items.findIndex((item) => item.id === id);
  if (at >= 0) return offset + at;
  return Object.hasOwn(places, id) ? (places[id] ?? -1) : -1;
}

/** Loads what came into sight. */
export function look(first: number, last: number): void {
  sight = { first, last };
  const { offset, items, total } = store().list;
  const end = offset + items.length;
  if ((offset > 0 && first < offset + NEAR) || (end < total && last > end - NEAR)) quietly(reload());
}

/** Selects the row at a place, once it is loaded. */
export function selectAt(index: number): void {
  chosen = index;
  const item = rowAt(store().list, index);
  if (item === undefined) return;
  chosen = undefined;
  change({ selected: item.id });
}

/** Requests the list again; resolves when what the server knew at this moment is shown. */
export async function reload(): Promise<void> {
  clearTimeout(timer);
  timer = undefined;
  if (loading !== undefined) {
    again = true;
    return loading;
  }
  loading = load().finally(() => {
    loading = undefined;
  });
  return loading;
}

async function load(): Promise<void> {
  do {
    again = false;
    heard = new Map();
    const { filters } = store();
    try {
      const part = await get<ListPart>(`/deliveries?${query(filters)}`);
      // Of another search by now: the next answer is for that.
      if (filters !== store().filters) again = true;
      else show(part);
    } catch (error) {
      // What was requested meanwhile is not lost with it.
      if (!again) throw error;
    }
  } while (again);
}

function query(filters: Filters): URLSearchParams {
  const { list, selected } = store();
  const query = new URLSearchParams({ ...filters, selected: selected ?? '' });
  query.set('offset', String(Math.max(0, sight.first - MARGIN)));
  query.set('limit', String(Math.min(MOST_ROWS, sight.last - sight.first + 2 * MARGIN)));
  const anchor = sight.first > 0 ? rowAt(list, sight.first) : undefined;
  if (anchor !== undefined) {
    query.set('anchor', anchor.id);
    query.set('at', String(sight.first));
  }
  return query;
}

function show(part: ListPart): void {
  change({ list: { ...part, items: part.items.map((item) => heard.get(item.id) ?? item) } });
  if (chosen !== undefined) selectAt(chosen);
  if (heard.size > 0) reloadSoon();
}

function reloadSoon(): void {
  timer ??= setTimeout(() => quietly(reload()), PAUSE_MS);
}

/** Takes in rows that are new or have changed. */
export function takeItems(changed: ReadonlyMap<string, Item>): void {
  for (const [id, item] of changed) heard.set(id, item);
  const { list, filters } = store();
  const narrowed = filters.search !== '' || filters.status !== 'all' || filters.event !== '';
  const known = list.items.filter(({ id }) => changed.has(id)).length;
  if (known > 0) change({ list: { ...list, items: list.items.map((item) => changed.get(item.id) ?? item) } });
  // A row may be new, or no longer be what the list is narrowed to.
  if (narrowed || known < changed.size) reloadSoon();
}

/** Requests the list again whenever it is narrowed in another way. */
export function followFilters(): void {
  let { filters } = store();
  onChange(() => {
    if (filters === store().filters) return;
    filters = store().filters;
    sight = { first: 0, last: sight.last - sight.first };
    chosen = undefined;
    quietly(reload());
  });
}
