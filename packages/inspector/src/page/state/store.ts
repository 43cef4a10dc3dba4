import { createStore, type Notice, type Notify } from '@videocloud/local-web/components';
import type { Language } from '@videocloud/local-web/page';
import type { Filters, ListPart, ScenarioStep, State } from '../../protocol.js';

export const TABS = ['deliveries', 'subscriptions', 'conformance', 'explain'] as const;
export type Tab = (typeof TABS)[number];

export interface Store {
  readonly language: Language;
  readonly tab: Tab;
  readonly connected: boolean;
  readonly state: State | undefined;
  /** The part of the list that is loaded: what is in sight, and a margin. */
  readonly list: ListPart;
  readonly underWay: ReadonlySet<string>;
  readonly selected: string | undefined;
  /** The chosen attempt of the selected delivery; the last one when undefined. */
  readonly attempt: number | undefined;
  /** What it is compared with, as `delivery/attempt`. */
  readonly compared: string | undefined;
  readonly filters: Filters;
  readonly steps: readonly ScenarioStep[];
  /** Counts what was reported of the selected delivery. */
  readonly movedOn: number;
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
  list: { offset: 0, items: [], total: 0, all: 0, places: {} },
  underWay: new Set(),
  selected: undefined,
  attempt: undefined,
  compared: undefined,
  filters: NO_FILTERS,
  steps: [],
  movedOn: 0,
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

export const notify: Notify = (tone, text, original) => change({ notice: { tone, text, original } });
