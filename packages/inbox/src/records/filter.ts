import { storableEvent, storableText } from '../errors.js';
import type { InboxState } from '../policy.js';
import type { InboxFilter, InboxRecordInfo } from './types.js';

/** A checked filter without its state. */
export interface RecordFilter {
  readonly event?: string | null | undefined;
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly error?: string | undefined;
}

const STATES: readonly InboxState[] = ['waiting', 'retrying', 'running', 'dead', 'handled'];
const MEMBERS = ['state', 'event', 'since', 'until', 'error'];

/**
 * Checks a filter. A member that does not exist is refused: a misspelled one would match everything.
 *
 * @throws TypeError naming the member and what it takes
 */
export function checkFilter(
  filter: InboxFilter,
  method: string,
  states: readonly InboxState[] = STATES,
  others: readonly string[] = [],
): { readonly state: InboxState | undefined; readonly filter: RecordFilter } {
  // A promise or a date has no members of its own either, and would match everything.
  if (Object.prototype.toString.call(filter) !== '[object Object]') {
    throw new TypeError(`${method} takes an object of ${[...MEMBERS, ...others].join(', ')}`);
  }
  for (const name of Object.keys(filter)) {
    if (MEMBERS.includes(name) || others.includes(name)) continue;
    throw new TypeError(`${method} has no member '${name}'; it has ${[...MEMBERS, ...others].join(', ')}`);
  }
  const { state, event, since, until, error } = filter;
  if (state !== undefined && !states.includes(state)) {
    throw new TypeError(`${method} takes the state ${states.join(', ')}, not ${JSON.stringify(state)}`);
  }
  if (event !== undefined && event !== null && typeof event !== 'string') {
    throw new TypeError(`${method} takes event as a name, or null for bytes that are not an event`);
  }
  for (const [name, time] of Object.entries({ since, until })) {
    if (time === undefined || (typeof time === 'number' && Number.isFinite(time))) continue;
    throw new TypeError(
      `${method} takes ${name} in milliseconds since the epoch, such as Date.now() or date.getTime()`,
    );
  }
  if (error !== undefined && (typeof error !== 'string' || error === '')) {
    throw new TypeError(`${method} takes error as a part of the error's text`);
  }
  // As they are stored: PostgreSQL refuses a text with NUL.
  const stored = {
    event: typeof event === 'string' ? storableEvent(event) : event,
    error: error === undefined ? undefined : storableText(error, error.length),
  };
  return { state, filter: { ...stored, since, until } };
}

/** Whether a record has what no index was asked for. */
export function matches(record: InboxRecordInfo, { event, since, until, error }: RecordFilter): boolean {
  if (event !== undefined && record.event !== event) return false;
  if (error !== undefined && record.error?.includes(error) !== true) return false;
  const time = record.settledAt ?? record.acceptedAt;
  return (since === undefined || time >= since) && (until === undefined || time < until);
}
