import { createStore, type Notice, type Notify } from '@videocloud/local-web/components';
import type { Language } from '@videocloud/local-web/page';
import type { InboxState } from '../../../policy.js';
import type { PageView, RecordView, StatsView } from '../../protocol.js';

/** What the list is narrowed to. */
export interface Filter {
  /** All states when undefined. */
  readonly state: InboxState | undefined;
  /** A name; null: bytes that are not an event; undefined: any. */
  readonly event: string | null | undefined;
  readonly error: string;
  /** Milliseconds since the epoch. */
  readonly since: number | undefined;
  readonly until: number | undefined;
}

export const NO_FILTER: Filter = { state: 'dead', event: undefined, error: '', since: undefined, until: undefined };

/** What is done to many records at once. */
export type Bulk = 'retry' | 'discard';

/** The dialog that is open. */
export type Dialog =
  | { readonly kind: 'keys' }
  | { readonly kind: 'discard'; readonly id: string }
  | { readonly kind: 'bulk'; readonly bulk: Bulk; readonly filter: Filter };

/** The backlog at one moment. */
export interface Point {
  readonly at: number;
  readonly backlog: number;
  readonly dead: number;
}

interface BoardState {
  readonly language: Language;
  readonly connected: boolean;
  readonly stats: StatsView | undefined;
  readonly points: readonly Point[];
  readonly filter: Filter;
  /** The cursors of the pages up to the one that is shown; undefined for the first. */
  readonly cursors: readonly (string | undefined)[];
  readonly page: PageView | undefined;
  readonly selected: string | undefined;
  /** The selected record; null when there is none. */
  readonly record: RecordView | null | undefined;
  readonly dialog: Dialog | undefined;
  readonly notice: Notice | undefined;
  /** Whether single keys do something. */
  readonly keysOn: boolean;
}

export const board = createStore<BoardState>({
  language: document.documentElement.lang === 'ru' ? 'ru' : 'en',
  connected: true,
  stats: undefined,
  points: [],
  filter: NO_FILTER,
  cursors: [undefined],
  page: undefined,
  selected: undefined,
  record: undefined,
  dialog: undefined,
  notice: undefined,
  keysOn: document.documentElement.dataset.keys !== 'off',
});

export const useBoard = board.use;

export const notify: Notify = (tone, text, original) => board.change({ notice: { tone, text, original } });

/** Whether the server takes no write. */
export const readOnly = document.documentElement.dataset.read !== 'write';

/** Where the page is mounted. */
export const base = document.documentElement.dataset.base ?? '';
