import type { Item, Live, State } from '../../protocol.js';
import { announce } from './announce.js';
import { get, quietly } from './api.js';
import { reload, takeItems } from './list.js';
import { change, store } from './store.js';

const AGAIN_MS = 2_000;
// Browsers allow six connections to one host: a tab that nobody sees gives its own back.
const UNSEEN_MS = 10_000;

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
  const [state] = await Promise.all([get<State>('/state'), reload()]);
  change({ state, movedOn: store().movedOn + 1 });
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
  takeItems(items);
  if (items.has(store().selected ?? '')) change({ movedOn: store().movedOn + 1 });
  announce(items.values());
}

const live = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  a.size !== b.size || [...a].some((id) => !b.has(id));
