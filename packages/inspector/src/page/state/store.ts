import { createStore, type Notice, type Notify } from '@videocloud/local-web/components';
import type { Language } from '@videocloud/local-web/page';
import type { Item, ScenarioStep, State } from '../../protocol.js';

export const TABS = ['deliveries', 'subscriptions', 'conformance', 'explain'] as const;
export type Tab = (typeof TABS)[number];

export const STATUS_FILTERS = ['all', 'success', 'pending', 'failed', 'probe'] as const;

/** What the list of deliveries is narrowed to. */
export interface Filters {
  readonly search: string;
  readonly status: (typeof STATUS_FILTERS)[number];
  readonly event: string;
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
  /** What it is compared with, as `delivery/attempt`. */
  readonly compared: string | undefined;
  readonly filters: Filters;
  readonly steps: readonly ScenarioStep[];
  readonly notice: Notice | undefined;
  /** For screen readers: what deliveries came to. */
  readonly announcement: string;
  /** Whether the map of the keys is open. */
  readonly help: boolean;
}

export const NO_FILTERS: Filters = { search: '', status: 'all', event: '' };

const kept = createStore<Store>({
  language: document.documentElement.lang === 'ru' ? 'ru' : 'en',
  tab: 'deliveries',
  connected: false,
  state: undefined,
  items: [],
  loading: true,
  underWay: new Set(),
  selected: undefined,
  attempt: undefined,
  compared: undefined,
  filters: NO_FILTERS,
  steps: [],
  notice: undefined,
  announcement: '',
  help: false,
});

export const { get: store, onChange, use: useStore } = kept;

export function change(changes: Partial<Store>): void {
  // Attempt and comparison belong to the delivery that was selected with them.
  const other = 'selected' in changes && changes.selected !== store().selected;
  kept.change({ ...(other && { attempt: undefined, compared: undefined }), ...changes });
}

/** Takes in rows that are new (at the top) or changed; one pass however many they are. */
export function mergeItems(changed: readonly Item[]): void {
  const latest = new Map(changed.map((item) => [item.id, item]));
  const items = store().items.map((item) => {
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
  const known = new Set(store().items.map(({ id }) => id));
  change({ items: [...store().items, ...older.filter(({ id }) => !known.has(id))] });
}

export const notify: Notify = (tone, text, original) => change({ notice: { tone, text, original } });
