import { ApiError } from '../../api/errors.js';
import { PROBE_MODES, type ProbeInput, SCENARIOS, type ScenarioName, type SendInput } from '../protocol.js';

type Fields = Readonly<Record<string, unknown>>;

const MOST_AT_ONCE = 10_000;
// What one click may put into the store.
const MOST_BYTES = 64 * 1024 * 1024;
const WEEK = 7 * 24 * 60 * 60_000;

function refuse(path: string, message: string): never {
  throw new ApiError('validation_failed', message, [{ path, message }]);
}

export function fieldsOf(value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse('', 'Send a JSON object.');
  return value as Fields;
}

export function text(fields: Fields, name: string): string {
  const value = fields[name];
  return typeof value === 'string' ? value : refuse(name, `${name} must be a string.`);
}

export function optionalText(fields: Fields, name: string): string | undefined {
  return fields[name] === undefined || fields[name] === '' ? undefined : text(fields, name);
}

export function sendInput(value: unknown): SendInput {
  const fields = fieldsOf(value);
  const { data, count = 1, fresh = true } = fields;
  if (typeof data !== 'object' || data === null || Array.isArray(data)) refuse('data', 'data must be an object.');
  if (typeof count !== 'number' || !Number.isInteger(count) || count < 1 || count > MOST_AT_ONCE)
    refuse('count', `count must be an integer from 1 to ${MOST_AT_ONCE}.`);
  if (count * JSON.stringify(data).length > MOST_BYTES)
    refuse('count', `count times the size of data is more than ${MOST_BYTES} bytes: send fewer.`);
  if (typeof fresh !== 'boolean') refuse('fresh', 'fresh must be true or false.');
  return { event: text(fields, 'event'), data, count, fresh, timestamp: optionalText(fields, 'timestamp') };
}

export function probeInput(value: unknown): ProbeInput {
  const fields = fieldsOf(value);
  const mode = PROBE_MODES.find((known) => known === fields.mode);
  if (mode === undefined) refuse('mode', `mode must be one of ${PROBE_MODES.join(', ')}.`);
  return { webhookId: text(fields, 'webhookId'), mode, body: text(fields, 'body') };
}

export function scenarioOf(name: string): ScenarioName {
  return SCENARIOS.find((known) => known === name) ?? refuse('', `Known scenarios are ${SCENARIOS.join(', ')}.`);
}

export type ForwardInput = { readonly ms: number } | { readonly deliveryId: string; readonly to: 'next' | 'end' };

export function forwardInput(value: unknown): ForwardInput {
  const fields = fieldsOf(value);
  if (fields.deliveryId === undefined) {
    const { ms } = fields;
    if (typeof ms !== 'number' || !Number.isFinite(ms) || ms < 0 || ms > WEEK)
      refuse('ms', 'ms must be a number of milliseconds, at most a week.');
    return { ms };
  }
  const to = fields.to === 'end' ? 'end' : fields.to === 'next' ? 'next' : refuse('to', 'to must be "next" or "end".');
  return { deliveryId: text(fields, 'deliveryId'), to };
}
