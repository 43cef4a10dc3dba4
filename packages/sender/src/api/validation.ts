import { ApiError, type FieldIssue } from '@videocloud/local-web/server';
import { DELIVERED_EVENT_TYPES, EVENT_TYPES, secretsProblem, subscribedName } from '@videocloud/webhooks/protocol';
import { isDeliveredName } from '../events.js';
import type { WebhookChanges } from '../store/webhooks.js';

type Fields = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => FieldIssue[];

const URL_LIMIT = 2048;
const SECRET_LIMIT = 4096;
// Details in one response.
const MOST_DETAILS = 50;
const URI = /^https?:\/\/[^/?#]+(?:[/?#]|$)/;
const URI_CHARACTERS = /^(?:[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+$/;
const LONE_SURROGATE = /\p{Surrogate}/u;

/** What a subscription may hold. */
export interface ValidationOptions {
  readonly allowHttp: boolean;
}

/** Checks the body of `POST /webhooks`; throws ApiError that names every field at fault. */
export function validateCreate(
  body: unknown,
  options: ValidationOptions,
): { url: string; events: readonly string[]; secret: string } {
  const fields = checkMembers(body, { url: urlCheck(options), events: checkEvents, secret: checkSecret }, [
    'url',
    'events',
    'secret',
  ]);
  return { url: fields.url as string, events: fields.events as string[], secret: fields.secret as string };
}

/** Checks the body of `PUT /webhooks/{id}`; throws ApiError that names every field at fault. */
export function validateUpdate(body: unknown, options: ValidationOptions): WebhookChanges {
  return checkMembers(
    body,
    { url: urlCheck(options), events: checkEvents, secret: checkSecret, status: checkStatus },
    [],
  ) as WebhookChanges;
}

/** Checks the body of `POST /webhooks/{id}/test`; throws ApiError. The result is the event's name. */
export function validateTest(body: unknown): string {
  return checkMembers(body, { event: checkDelivered }, ['event']).event as string;
}

function checkMembers(body: unknown, checks: Readonly<Record<string, Check>>, required: readonly string[]): Fields {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    refuse([{ path: '', message: 'Send a JSON object.' }]);
  const fields = body as Fields;
  const details: FieldIssue[] = [];
  for (const name of required) if (!Object.hasOwn(fields, name)) details.push({ path: name, message: 'Is required.' });
  for (const name of Object.keys(fields)) {
    if (details.length >= MOST_DETAILS) break;
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (check === undefined)
      details.push({
        path: name.slice(0, 100),
        message: `Unknown member; known are ${Object.keys(checks).join(', ')}.`,
      });
    else details.push(...check(fields[name]));
  }
  if (details.length > 0) refuse(details);
  return fields;
}

function refuse(details: readonly FieldIssue[]): never {
  throw new ApiError('validation_failed', 'The request is not valid.', details);
}

const at = (path: string, message: string): FieldIssue[] => [{ path, message }];

function urlCheck({ allowHttp }: ValidationOptions): Check {
  return (value) => {
    if (typeof value !== 'string') return at('url', 'Must be a string.');
    if (value.length > URL_LIMIT) return at('url', `Must not be longer than ${URL_LIMIT} characters.`);
    if (!URI.test(value) || !URI_CHARACTERS.test(value) || !URL.canParse(value)) {
      return at(
        'url',
        'Must be an absolute https:// URL, with other characters percent-encoded and the host in ASCII.',
      );
    }
    const { protocol, username, password } = new URL(value);
    const authority = value.slice(value.indexOf('//') + 2).split(/[/?#]/, 1)[0] ?? '';
    if (username !== '' || password !== '' || authority.includes('@')) return at('url', 'Must not hold credentials.');
    if (protocol === 'http:' && !allowHttp)
      return at('url', 'Must be https://; http:// is for senders that allow private addresses.');
    return [];
  };
}

function checkEvents(value: unknown): FieldIssue[] {
  if (!Array.isArray(value)) return at('events', 'Must be an array of event names.');
  if (value.length === 0) return at('events', 'Must name at least one event.');
  if (value.length > EVENT_TYPES.length) return at('events', `Must name at most ${EVENT_TYPES.length} events.`);
  const details: FieldIssue[] = [];
  const seen = new Set<unknown>();
  value.forEach((name: unknown, index) => {
    const path = `events.${index}`;
    const subscribed = typeof name === 'string' ? subscribedName(name) : undefined;
    if (seen.has(name)) details.push({ path, message: 'Is named twice.' });
    else if (typeof name !== 'string') details.push({ path, message: 'Must be a string.' });
    else if (subscribed === undefined) {
      details.push({ path, message: `Unknown event ${quote(name)}; known are ${EVENT_TYPES.join(', ')}.` });
    } else if (subscribed !== name)
      details.push({ path, message: `Subscribe to ${subscribed}; its deliveries may be named ${name}.` });
    seen.add(name);
  });
  return details;
}

function checkSecret(value: unknown): FieldIssue[] {
  if (typeof value !== 'string') return at('secret', 'Must be a string.');
  if (value.length > SECRET_LIMIT) return at('secret', `Must not be longer than ${SECRET_LIMIT} characters.`);
  const problem = secretsProblem(value);
  if (problem !== undefined) return at('secret', problem);
  if (LONE_SURROGATE.test(value)) return at('secret', 'Must be well-formed Unicode; it has half a surrogate pair.');
  return [];
}

const checkStatus: Check = (value) => (value === 'active' ? [] : at('status', 'Can only be set to "active".'));

const checkDelivered: Check = (value) =>
  isDeliveredName(value) ? [] : at('event', `Unknown event; known are ${DELIVERED_EVENT_TYPES.join(', ')}.`);

const quote = (name: string): string => JSON.stringify(name.slice(0, 100));
