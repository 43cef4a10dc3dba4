import {
  DELIVERED_EVENT_TYPES,
  EVENT_TYPES,
  nearestName,
  secretsProblem,
  subscribedName,
} from '@videocloud/webhooks/protocol';
import { isObject } from './http/envelope.js';

/** One problem of a request: the member, joined with dots (`events.1`), and what is wrong. Never shows a secret. */
export interface Issue {
  path: string;
  message: string;
}

type Check = (value: unknown) => Issue[];

const FIELDS: Record<string, Check> = { url, events, secret, status };

/** Problems of the body of a create. */
export function createIssues(input: unknown): Issue[] {
  return members(input, ['url', 'events', 'secret'], ['url', 'events', 'secret']);
}

/** Problems of the body of an update. */
export function updateIssues(input: unknown): Issue[] {
  return members(input, ['url', 'events', 'secret', 'status'], []);
}

/** Problems of the body of a test. */
export function testIssues(input: unknown): Issue[] {
  if (!isObject(input)) return [{ path: '', message: 'must be an object' }];
  const strange = Object.keys(input).filter((name) => name !== 'event' && input[name] !== undefined);
  return [
    ...(typeof input.event !== 'string'
      ? [{ path: 'event', message: 'must be the name of an event' }]
      : known('event', input.event, DELIVERED_EVENT_TYPES)),
    ...strange.map((path) => ({ path, message: 'unknown member' })),
  ];
}

function members(input: unknown, allowed: readonly string[], required: readonly string[]): Issue[] {
  if (!isObject(input)) return [{ path: '', message: 'must be an object' }];
  const missing = required.filter((name) => input[name] === undefined);
  return [
    ...missing.map((path) => ({ path, message: 'is required' })),
    // Inherited members too: they would be sent.
    ...[...new Set([...Object.keys(input), ...allowed])].flatMap((name) => {
      if (input[name] === undefined) return [];
      return allowed.includes(name) ? (FIELDS[name]?.(input[name]) ?? []) : [{ path: name, message: 'unknown member' }];
    }),
  ];
}

function url(value: unknown): Issue[] {
  const issue = (message: string) => [{ path: 'url', message }];
  if (typeof value !== 'string') return issue('must be a string');
  let parsed: URL;
  try {
    parsed = new URL(value);
  } catch {
    return issue('must be an absolute URL');
  }
  if (!/^https?:\/\//i.test(value)) return issue('must begin with https://');
  if (parsed.username !== '' || parsed.password !== '') return issue('must not hold credentials');
  if (value.length > 2_048) return issue('must not be longer than 2048 characters');
  if (/[^\x21-\x7e]/.test(value)) return issue(`must be ASCII without spaces: write ${parsed.href}`);
  return [];
}

function events(value: unknown): Issue[] {
  if (!Array.isArray(value)) return [{ path: 'events', message: 'must be an array of event names' }];
  if (value.length === 0) return [{ path: 'events', message: 'must name at least one event' }];
  return value.flatMap((name: unknown, i) => {
    const path = `events.${i}`;
    if (typeof name !== 'string') return [{ path, message: 'must be the name of an event' }];
    if (value.indexOf(name) < i) return [{ path, message: `"${name}" is there twice` }];
    return known(path, name, EVENT_TYPES);
  });
}

function known(path: string, name: string, names: readonly string[]): Issue[] {
  if (names.includes(name)) return [];
  const nearest = subscribedName(name) ?? nearestName(name, names, 3);
  const hint = nearest === undefined ? `: use one of ${names.join(', ')}` : `, did you mean "${nearest}"?`;
  return [{ path, message: `unknown event ${JSON.stringify(name.slice(0, 64))}${hint}` }];
}

function secret(value: unknown): Issue[] {
  const problem = typeof value === 'string' ? secretsProblem(value) : 'must be a string that is not blank';
  return problem === undefined ? [] : [{ path: 'secret', message: problem.replace('The signing secret ', '') }];
}

function status(value: unknown): Issue[] {
  return value === 'active' ? [] : [{ path: 'status', message: 'only "active" may be set' }];
}

/** Throws a `TypeError` with the problems, if there are any. */
export function assertNone(what: string, issues: readonly Issue[]): void {
  if (issues.length === 0) return;
  const text = issues.map(({ path, message }) => (path === '' ? message : `${path} ${message}`)).join('; ');
  throw new TypeError(`${what}: ${text}`);
}
