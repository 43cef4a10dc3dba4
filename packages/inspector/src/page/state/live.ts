import type { Item, Live, State } from '../../protocol.js';
import { announce } from './announce.js';
import { get, quietly } from './api.js';
import { searchText } from './search-text.js';
import { appendItems, change, mergeItems, store } from './store.js';

interface Page {
  readonly items: readonly Item[];
  readonly more: boolean;
  readonly before?: string;
}

const AGAIN_MS = 2_000;
// Browsers allow six connections to one host: a tab that nobody sees gives its own back.
const UNSEEN_MS = 10_000;

// What the stream sent since the list was last requested.
let heard = new Map<string, Item>();
let loads = 0;

/** Follows the sender while the page is visible; after a break everything is requested again. */
export function follow(): void {
  let stream: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = () => {
    stream?.close();
    stream = undefined;
  };
  const open = () => {
    clearTimeout(timer);
    end();
    const source = new EventSource('/api/live');
    stream = source;
    source.addEventListener('hello', () => {
      change({ connected: true, underWay: new Set() });
      quietly(load());
    });
    source.addEventListener('live', (message: MessageEvent<string>) => take(JSON.parse(message.data) as Live[]));
    source.addEventListener('error', () => {
      change({ connected: false });
      // The browser itself tries again after some faults, and never after others.
      end();
      timer = setTimeout(open, AGAIN_MS);
    });
  };
  document.addEventListener('visibilitychange', () => {
    clearTimeout(timer);
    if (document.visibilityState === 'hidden') timer = setTimeout(end, UNSEEN_MS);
    else if (stream === undefined) open();
  });
  open();
}

async function load(): Promise<void> {
  const mine = ++loads;
  heard = new Map();
  const [state, first] = await Promise.all([get<State>('/state'), get<Page>('/deliveries')]);
  let items = [...first.items].sort((a, b) => (a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : 0));
  let page = first;
  if (mine === loads) change({ state, items, loading: first.more });
  while (mine === loads && page.more && page.before !== undefined) {
    page = await get<Page>(`/deliveries?before=${encodeURIComponent(page.before)}`);
    items = [...items, ...page.items];
    if (mine === loads) appendItems(page.items);
    // Made while rows are loaded, so that the first search finds them ready.
    for (const item of page.items) searchText(item);
  }
  if (mine !== loads) return;
  change({ loading: false });
  mergeItems([...heard.values()]);
}

function take(batch: readonly Live[]): void {
  const items = new Map<string, Item>();
  const underWay = new Set(store().underWay);
  let { state, steps } = store();
  for (const live of batch) {
    if (live.type === 'item') {
      items.delete(live.item.id);
      items.set(live.item.id, live.item);
      heard.set(live.item.id, live.item);
      underWay.delete(live.item.id);
    } else if (live.type === 'started') underWay.add(live.deliveryId);
    else if (live.type === 'outdated') quietly(load());
    else if (live.type === 'step') steps = [...steps, live.step];
    else if (state !== undefined) {
      if (live.type === 'webhooks') state = { ...state, webhooks: live.webhooks };
      else if (live.type === 'clock') state = { ...state, clock: live.clock };
      else state = { ...state, conformance: live.conformance };
    }
  }
  if (live(underWay, store().underWay)) change({ underWay });
  if (state !== store().state || steps !== store().steps) change({ state, steps });
  if (items.size === 0) return;
  mergeItems([...items.values()]);
  announce(items.values());
}

const live = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  a.size !== b.size || [...a].some((id) => !b.has(id));
