import type { Item, Live, State } from '../protocol.js';
import { get, quietly } from './api.js';
import { appendItems, change, mergeItems, store } from './store.js';

interface Page {
  readonly items: readonly Item[];
  readonly more: boolean;
  readonly before?: string;
}

/** Follows the sender for as long as the page is open; after a break everything is asked for anew. */
export function follow(): void {
  const stream = new EventSource('/api/live');
  stream.addEventListener('hello', () => {
    change({ connected: true });
    quietly(load());
  });
  stream.addEventListener('live', (message: MessageEvent<string>) => take(JSON.parse(message.data) as Live[]));
  stream.addEventListener('error', () => change({ connected: false }));
}

async function load(): Promise<void> {
  const [state, first] = await Promise.all([get<State>('/state'), get<Page>('/deliveries')]);
  const items = [...first.items].sort((a, b) => (a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : 0));
  const known = new Set(items.map(({ id }) => id));
  // What the stream told while the list was on its way stays on top.
  const newer = store().items.filter(({ id, createdAt }) => !known.has(id) && createdAt >= (items[0]?.createdAt ?? ''));
  change({ state, items: [...newer, ...items], loading: first.more });
  let page = first;
  while (page.more && page.before !== undefined) {
    page = await get<Page>(`/deliveries?before=${encodeURIComponent(page.before)}`);
    appendItems(page.items);
  }
  change({ loading: false });
}

function take(batch: readonly Live[]): void {
  const items = new Map<string, Item>();
  const underWay = new Set(store().underWay);
  let { state, steps } = store();
  for (const live of batch) {
    if (live.type === 'item') {
      items.delete(live.item.id);
      items.set(live.item.id, live.item);
      underWay.delete(live.item.id);
    } else if (live.type === 'started') underWay.add(live.deliveryId);
    else if (live.type === 'step') steps = [...steps, live.step];
    else if (state !== undefined) {
      if (live.type === 'webhooks') state = { ...state, webhooks: live.webhooks };
      else if (live.type === 'clock') state = { ...state, clock: live.clock };
      else state = { ...state, conformance: live.conformance };
    }
  }
  if (live(underWay, store().underWay)) change({ underWay });
  if (state !== store().state || steps !== store().steps) change({ state, steps });
  if (items.size > 0) mergeItems([...items.values()]);
}

const live = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  a.size !== b.size || [...a].some((id) => !b.has(id));
