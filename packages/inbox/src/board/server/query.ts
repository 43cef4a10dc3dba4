import type { InboxState } from '../../policy.js';
import type { InboxFilter } from '../../records/types.js';
import { STATES } from '../protocol.js';
import { Refusal } from './refusal.js';

/** Longer than what an engine stores as id, event name or error. */
const MOST_TEXT = 4_096;
const MOST_PER_SECOND = 1_000_000;

function refuse(name: string, what: string): never {
  throw new Refusal('invalid_parameter', `${name} must be ${what}.`);
}

/** A parameter that is there once, or undefined; throws Refusal, as all below. */
export function text(query: URLSearchParams, name: string): string | undefined {
  const [value, ...more] = query.getAll(name);
  if (more.length > 0) refuse(name, 'given once');
  if (value !== undefined && value.length > MOST_TEXT) refuse(name, `at most ${MOST_TEXT} characters`);
  return value;
}

/** The record that is named. */
export function idOf(query: URLSearchParams): string {
  const id = text(query, 'id');
  return id === undefined || id === '' ? refuse('id', 'the id of a record') : id;
}

/** An instant in milliseconds since the epoch. */
function instant(query: URLSearchParams, name: string): number | undefined {
  const given = text(query, name);
  if (given === undefined) return undefined;
  const at = /^\d{1,15}$/.test(given) ? Number(given) : Number.NaN;
  return Number.isNaN(at) ? refuse(name, 'milliseconds since the epoch') : at;
}

/** A filter: `state`, `event` (`no_event=1` for bytes that are none), `since`, `until`, `error`. */
export function filterOf(query: URLSearchParams): InboxFilter {
  const state = text(query, 'state');
  const known = STATES.find((name) => name === state);
  if (state !== undefined && known === undefined) refuse('state', `one of ${STATES.join(', ')}`);
  const event = text(query, 'no_event') === '1' ? null : text(query, 'event');
  const error = text(query, 'error');
  return {
    ...(known !== undefined && { state: known }),
    ...(event !== undefined && { event }),
    ...(error !== undefined && error !== '' && { error }),
    since: instant(query, 'since'),
    until: instant(query, 'until'),
  };
}

/** Which records an operation is for: one by its id, or all of a filter that names their state. */
export function whichOf(query: URLSearchParams, states: readonly InboxState[]): string | InboxFilter {
  if (query.has('id')) return idOf(query);
  const filter = filterOf(query);
  // Without a state the inbox takes dead letters; nobody shall discard them by an empty query.
  if (filter.state === undefined || !states.includes(filter.state)) refuse('state', `one of ${states.join(', ')}`);
  return filter;
}

/** How many a second; undefined: as fast as it goes. */
export function perSecondOf(query: URLSearchParams): number | undefined {
  const given = text(query, 'per_second');
  if (given === undefined || given === '') return undefined;
  const rate = /^\d{1,7}$/.test(given) ? Number(given) : 0;
  return rate >= 1 && rate <= MOST_PER_SECOND ? rate : refuse('per_second', `an integer from 1 to ${MOST_PER_SECOND}`);
}
