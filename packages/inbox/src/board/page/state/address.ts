// The address of the page: state, record and filter stand after the #, so that a copied link opens the same view.
import { followAddress as follow } from '@videocloud/local-web/components';
import { STATES } from '../../protocol.js';
import { board, type Filter, NO_FILTER } from './store.js';

interface Place {
  readonly filter: Filter;
  readonly selected: string | undefined;
}

const INSTANT = /^\d{1,15}$/;

/** The members of a filter as parameters, in the address and towards the server. */
export function parametersOf({ event, error, since, until }: Filter): URLSearchParams {
  const query = new URLSearchParams();
  if (event === null) query.set('no_event', '1');
  else if (event !== undefined) query.set('event', event);
  if (error !== '') query.set('error', error);
  if (since !== undefined) query.set('since', String(since));
  if (until !== undefined) query.set('until', String(until));
  return query;
}

/** The address of a place, such as `#/dead/1f3a…?event=video.deleted`. */
export function addressOf({ filter, selected }: Place): string {
  const parts = [filter.state ?? 'all', ...(selected === undefined ? [] : [selected])];
  const query = parametersOf(filter).toString();
  return `#/${parts.map(encodeURIComponent).join('/')}${query === '' ? '' : `?${query}`}`;
}

/** The place of an address; the dead letters for one that is not of this page. */
export function placeOf(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [state, selected] = path.split('/').map(decoded);
  const given = new URLSearchParams(query);
  const instant = (name: string) => {
    const text = given.get(name) ?? '';
    return INSTANT.test(text) ? Number(text) : undefined;
  };
  return {
    filter: {
      state: state === 'all' ? undefined : (STATES.find((name) => name === state) ?? NO_FILTER.state),
      event: given.get('no_event') === '1' ? null : (given.get('event') ?? undefined),
      error: (given.get('error') ?? '').slice(0, 1_000),
      since: instant('since'),
      until: instant('until'),
    },
    selected: selected === undefined || selected === '' ? undefined : selected,
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Shows the place of the address, and keeps address and history true from now on. */
export function followAddress(onOpen: () => void): void {
  follow({
    current: () => addressOf(board.get()),
    open: (hash) => {
      // The skip link leads to a part of the page.
      if (hash === '#content') return;
      board.change({ ...placeOf(hash), cursors: [undefined], record: undefined });
      onOpen();
    },
    onChange: board.onChange,
  });
}
