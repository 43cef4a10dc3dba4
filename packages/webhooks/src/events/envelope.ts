import { decodeUtf8 } from '#runtime';
import { type ErrorDetail, errorOf } from '../errors.js';
import { type RawBody, toBytes } from '../signature/bytes.js';
import { isTimestamp } from './timestamp.js';
import type { WebhookEvent } from './types.js';

/** One validation problem and where it is. */
export interface Issue {
  readonly message: string;
  readonly path: (string | number)[];
}

export type EnvelopeErrorCode = 'body_not_utf8' | 'body_not_json' | 'envelope_invalid';

/**
 * Parses bytes that are already trusted (verified earlier, read from your own store) into an event.
 *
 * Checks the envelope only: `event`, an RFC 3339 `timestamp` with a zone, an object `data`. The payload is proven by
 * `isEvent` or `validateEvent`. Further members are kept as they are.
 *
 * @throws WebhookError `body_not_utf8`, `body_not_json` or `envelope_invalid` (status 400)
 * @throws TypeError when the body is already parsed
 * @example
 * ```ts
 * import { isEvent, parseEvent } from '@videocloud/webhooks';
 *
 * export function takeFromQueue(bytes: Uint8Array): void {
 *   const event = parseEvent(bytes);
 *   if (isEvent(event, 'video.processed')) console.log(event.data.formats.length);
 * }
 * ```
 * @see the guide, "Полезная нагрузка вебхуков"
 */
export function parseEvent(body: RawBody): WebhookEvent {
  const parsed = readEvent(toBytes(body));
  if (!parsed.ok) throw errorOf(parsed.code, parsed.detail);
  return parsed.event;
}

/** Bytes that are not an event. */
export interface Unreadable {
  readonly ok: false;
  readonly code: EnvelopeErrorCode;
  readonly detail: ErrorDetail;
}

/** Bytes that are an event. */
export interface ReadEvent {
  readonly ok: true;
  readonly event: WebhookEvent;
}

/** As {@link parseEvent}, without building an error. */
export function readEvent(bytes: Uint8Array): ReadEvent | Unreadable {
  const text = decodeUtf8(bytes);
  if (text === undefined) return { ok: false, code: 'body_not_utf8', detail: {} };
  let value: unknown;
  try {
    // A leading byte order mark is part of what was signed but not of the JSON.
    value = JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch (cause) {
    // JSON.parse quotes the body in its message; that is the sender's data, kept out of our own text.
    return { ok: false, code: 'body_not_json', detail: { cause } };
  }
  const [issue] = envelopeIssues(value);
  if (issue === undefined) return { ok: true, event: value as WebhookEvent };
  const where = issue.path.length > 0 ? `${issue.path.join('.')} ` : '';
  const message = `The signed body is not an event: ${where}${issue.message}`;
  return { ok: false, code: 'envelope_invalid', detail: { message } };
}

/** What is wrong with an envelope, member by member; empty for a well-formed one. */
export function envelopeIssues(value: unknown): Issue[] {
  if (!isObject(value)) return [{ message: 'must be an object', path: [] }];
  const issues: Issue[] = [];
  if (typeof value.event !== 'string' || value.event === '') {
    issues.push({ message: 'must be a non-empty string', path: ['event'] });
  }
  if (typeof value.timestamp !== 'string' || !isTimestamp(value.timestamp)) {
    issues.push({ message: 'must be an RFC 3339 timestamp with a zone', path: ['timestamp'] });
  }
  if (!isObject(value.data)) issues.push({ message: 'must be an object', path: ['data'] });
  return issues;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
