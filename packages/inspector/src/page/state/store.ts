import type { Language } from '@videocloud/local-web/page';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Item, ScenarioStep, State } from '../../protocol.js';

export const TABS = ['deliveries', 'subscriptions', 'conformance'] as const;
export type Tab = (typeof TABS)[number];

export const STATUS_FILTERS = ['all', 'success', 'pending', 'failed', 'probe'] as const;

/** What the list of deliveries is narrowed to. */
export interface Filters {
  readonly search: string;
  readonly status: (typeof STATUS_FILTERS)[number];
  readonly event: string;
}

export interface Notice {
  readonly tone: 'good' | 'bad';
  readonly text: string;
  /** The English words the text stands for, where they notify more. */
  readonly original?: string | undefined;
}

export interface Store {
  readonly language: Language;
  readonly tab: Tab;
  readonly connected: boolean;
  readonly state: State | undefined;
  /** The latest first. */
  readonly items: readonly Item[];
  readonly loading: boolean;
  readonly underWay: ReadonlySet<string>;
  readonly selected: string | undefined;
  /** The chosen attempt of the selected delivery; the last one when undefined. */
  readonly attempt: number | undefined;
  readonly filters: Filters;
  readonly steps: readonly ScenarioStep[];
  readonly notice: Notice | undefined;
}

let current: Store = {
  language: document.documentElement.lang === 'ru' ? 'ru' : 'en',
  tab: 'deliveries',
  connected: false,
  state: undefined,
  items: [],
  loading: true,
  underWay: new Set(),
  selected: undefined,
  attempt: undefined,
  filters: { search: '', status: 'all', event: '' },
  steps: [],
  notice: undefined,
};
const listeners = new Set<() => void>();

export const store = (): Store => current;

export function change(changes: Partial<Store>): void {
  // An attempt is one of the delivery that was selected with it.
  const other = 'selected' in changes && changes.selected !== current.selected;
  current = { ...current, ...(other && { attempt: undefined }), ...changes };
  for (const listener of listeners) listener();
}

/** Calls `listener` after every change of the store. */
export function onChange(listener: () => void): void {
  listeners.add(listener);
}

/** What `select` takes out of the store; the component is drawn again when that is another value. */
export function useStore<T>(select: (store: Store) => T): T {
  const [, redraw] = useState({});
  const value = select(current);
  const drawn = useRef({ select, value });
  drawn.current = { select, value };
  useEffect(() => {
    const listener = () => {
      if (drawn.current.select(current) !== drawn.current.value) redraw({});
    };
    // The store may have changed between drawing and now.
    listener();
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, []);
  return value;
}

/** Takes in rows that are new (at the top) or changed; one pass however many they are. */
export function mergeItems(changed: readonly Item[]): void {
  const latest = new Map(changed.map((item) => [item.id, item]));
  const items = current.items.map((item) => {
    const found = latest.get(item.id);
    if (found === undefined) return item;
    latest.delete(item.id);
    return found;
  });
  const added = [...latest.values()].reverse();
  change({ items: added.length > 0 ? [...added, ...items] : items });
}

/** Older rows, after those that are there. */
export function appendItems(older: readonly Item[]): void {
  const known = new Set(current.items.map(({ id }) => id));
  change({ items: [...current.items, ...older.filter(({ id }) => !known.has(id))] });
}

export function notify(tone: Notice['tone'], text: string, original?: string): void {
  change({ notice: { tone, text, original } });
}
