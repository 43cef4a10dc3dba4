import { parseEvent } from '@videocloud/webhooks';
import { DELIVERED_EVENT_TYPES } from '@videocloud/webhooks/protocol';
import {
  EXPORT_FORMATS,
  type ExportInput,
  type Filters,
  PROBE_MODES,
  type ProbeInput,
  SCENARIOS,
  type ScenarioName,
  type SendInput,
  STATUS_FILTERS,
} from '../protocol.js';
import type { PartWanted } from './listing.js';
import { Refusal, type RefusalKey, type RefusalValues } from './refusals.js';

type Fields = Readonly<Record<string, unknown>>;

const MOST_AT_ONCE = 10_000;
// What one click may put into the store.
const MOST_BYTES = 64 * 1024 * 1024;
/** Deliveries in one file; of those that match, the latest. */
export const MOST_EXPORTED = 1_000;
const MOST_LISTED = 500;
const LONGEST_SEARCH = 200;
const WEEK = 7 * 24 * 60 * 60_000;

function refuse(path: string, key: RefusalKey, values?: RefusalValues): never {
  throw new Refusal(key, { path, values });
}

/** The members of a JSON object; throws Refusal, as all below. */
export function fieldsOf(value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse('', 'not_object');
  return value as Fields;
}

/** A member that must be text. */
export function text(fields: Fields, name: string): string {
  const value = fields[name];
  return typeof value === 'string' ? value : refuse(name, 'not_text', { field: name });
}

/** A member that may be text; empty counts as absent. */
export function optionalText(fields: Fields, name: string): string | undefined {
  return fields[name] === undefined || fields[name] === '' ? undefined : text(fields, name);
}

/** What `/send` takes. */
export function sendInput(value: unknown): SendInput {
  const fields = fieldsOf(value);
  const { data, count = 1, fresh = true } = fields;
  if (typeof data !== 'object' || data === null || Array.isArray(data)) refuse('data', 'data_not_object');
  if (typeof count !== 'number' || !Number.isInteger(count) || count < 1 || count > MOST_AT_ONCE)
    refuse('count', 'count_bad', { most: MOST_AT_ONCE });
  if (count * sizeOf(data) > MOST_BYTES) refuse('count', 'count_big', { most: MOST_BYTES });
  if (typeof fresh !== 'boolean') refuse('fresh', 'fresh_bad');
  const event = text(fields, 'event');
  if (!DELIVERED_EVENT_TYPES.some((known) => known === event))
    refuse('event', 'event_unknown', {
      event: JSON.stringify(event.slice(0, 100)),
      known: DELIVERED_EVENT_TYPES.join(', '),
    });
  const timestamp = optionalText(fields, 'timestamp');
  if (timestamp !== undefined && !isTimestamp(timestamp)) refuse('timestamp', 'timestamp_bad');
  return { event, data, count, fresh, timestamp };
}

function sizeOf(data: object): number {
  try {
    return JSON.stringify(data).length;
  } catch {
    return refuse('data', 'body_too_deep');
  }
}

/** What `/probe` takes. */
export function probeInput(value: unknown): ProbeInput {
  const fields = fieldsOf(value);
  const mode = PROBE_MODES.find((known) => known === fields.mode);
  if (mode === undefined) refuse('mode', 'mode_unknown', { known: PROBE_MODES.join(', ') });
  return { webhookId: text(fields, 'webhookId'), mode, body: text(fields, 'body') };
}

/** What `/export` takes. */
export function exportInput(value: unknown): ExportInput {
  const { format, ids, filters } = fieldsOf(value);
  const known = EXPORT_FORMATS.find((name) => name === format);
  if (known === undefined) refuse('format', 'format_unknown', { known: EXPORT_FORMATS.join(', ') });
  if (filters !== undefined) return { format: known, filters: filtersOf(fieldsOf(filters)) };
  const valid = Array.isArray(ids) && ids.length > 0 && ids.length <= MOST_EXPORTED;
  if (!valid || !ids.every((id) => typeof id === 'string')) refuse('ids', 'ids_bad', { most: MOST_EXPORTED });
  return { format: known, ids: ids as string[] };
}

/** What `/deliveries` takes, as a query. */
export function partWanted(query: Fields): PartWanted {
  const { anchor, selected } = query;
  const id = optionalText({ anchor }, 'anchor');
  const places = [anchor, selected].filter((place) => typeof place === 'string' && place !== '');
  return {
    filters: filtersOf(query),
    offset: wholeNumber(query, 'offset', 0, Number.MAX_SAFE_INTEGER),
    limit: wholeNumber(query, 'limit', 100, MOST_LISTED),
    ...(id !== undefined && { anchor: { id, at: wholeNumber(query, 'at', 0, Number.MAX_SAFE_INTEGER) } }),
    places: places as string[],
  };
}

/** Unknown values count as absent, as in the page's own address. */
function filtersOf({ search, status, event }: Fields): Filters {
  return {
    search: typeof search === 'string' ? search.slice(0, LONGEST_SEARCH) : '',
    status: STATUS_FILTERS.find((name) => name === status) ?? 'all',
    event: typeof event === 'string' ? event.slice(0, LONGEST_SEARCH) : '',
  };
}

function wholeNumber(fields: Fields, name: string, absent: number, most: number): number {
  const text = fields[name];
  if (text === undefined) return absent;
  const number = typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  return number <= most ? number : refuse(name, 'number_bad', { field: name, most });
}

/** A scenario by its name. */
export function scenarioOf(name: string): ScenarioName {
  return SCENARIOS.find((known) => known === name) ?? refuse('', 'scenario_unknown', { known: SCENARIOS.join(', ') });
}

function isTimestamp(timestamp: string): boolean {
  try {
    parseEvent(JSON.stringify({ event: 'system.warning', timestamp, data: {} }));
    return true;
  } catch {
    return false;
  }
}

/** How far to move the clock: by a time, or along a delivery. */
export type ForwardInput = { readonly ms: number } | { readonly deliveryId: string; readonly to: 'next' | 'end' };

/** What `/forward` takes. */
export function forwardInput(value: unknown): ForwardInput {
  const fields = fieldsOf(value);
  if (fields.deliveryId === undefined) {
    const { ms } = fields;
    if (typeof ms !== 'number' || !Number.isFinite(ms) || ms < 0 || ms > WEEK) refuse('ms', 'ms_bad');
    return { ms };
  }
  const to = fields.to === 'end' ? 'end' : fields.to === 'next' ? 'next' : refuse('to', 'to_bad');
  return { deliveryId: text(fields, 'deliveryId'), to };
}
