// The address of the page: what is chosen and filtered stands after the #, so that a copied link opens the same view.
import { followAddress as follow } from '@videocloud/local-web/components';
import { STATUS_FILTERS } from '../../protocol.js';
import { change, NO_FILTERS, onChange, type Store, store, TABS } from './store.js';

type Place = Pick<Store, 'tab' | 'selected' | 'attempt' | 'compared' | 'filters'>;

/** The address of a place, such as `#/deliveries/del_1/2?status=failed`. */
export function addressOf({ tab, selected, attempt, compared, filters }: Place): string {
  const parts: string[] = [tab];
  if (tab === 'deliveries' && selected !== undefined) parts.push(selected);
  if (parts.length === 2 && attempt !== undefined) parts.push(String(attempt));
  const query = new URLSearchParams();
  for (const name of ['search', 'status', 'event'] as const)
    if (filters[name] !== NO_FILTERS[name]) query.set(name, filters[name]);
  if (parts.length > 1 && compared !== undefined) query.set('compared', compared);
  const text = query.toString();
  return `#/${parts.map(encodeURIComponent).join('/')}${text === '' ? '' : `?${text}`}`;
}

/** The place of an address; undefined for one that is not of this page. */
export function placeOf(hash: string): Place | undefined {
  if (!hash.startsWith('#/')) return undefined;
  const [path = '', query = ''] = hash.slice(2).split('?', 2);
  const [tab, selected, attempt] = path.split('/').map(decoded);
  const given = new URLSearchParams(query);
  const found = TABS.find((name) => name === tab);
  if (found === undefined) return undefined;
  return {
    tab: found,
    selected: selected === undefined || selected === '' ? undefined : selected,
    attempt: attempt !== undefined && /^[1-9]\d{0,3}$/.test(attempt) ? Number(attempt) : undefined,
    compared: given.get('compared')?.slice(0, 100),
    filters: {
      search: (given.get('search') ?? '').slice(0, 200),
      status: STATUS_FILTERS.find((name) => name === given.get('status')) ?? 'all',
      event: (given.get('event') ?? '').slice(0, 100),
    },
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const START: Place = {
  tab: 'deliveries',
  selected: undefined,
  attempt: undefined,
  compared: undefined,
  filters: NO_FILTERS,
};

/** Opens the place of the address, and keeps address and history true from now on. */
export function followAddress(): void {
  follow({ current: () => addressOf(store()), open: (hash) => change(placeOf(hash) ?? START), onChange });
}
