/**
 * Why an inbox operation failed.
 *
 * - `engine_missing`: the package behind the URL's scheme is not installed; the message holds the install line
 * - `engine_unsupported`: that package is installed in a version the inbox does not work with; the message names both
 * - `open_failed`: the file or server cannot be opened; `cause` is the engine's own error, without passwords
 * - `inbox_missing`: with `create: false`, there is no inbox at the URL under this name
 * - `unavailable`: nothing was stored this time (locked, full, overloaded); the sender will try again
 * - `closed`: `close()` was called before
 * - `handler_timeout`: the abort reason of a handler when its lease is about to end, and what `onError` gets when it still
 *   runs then; the message names the delivery and the lease
 * - `cursor_invalid`: `list()` got a cursor that is not from a page of the same state
 * - `dead_lettered`: reported to `onError` for each dead letter when there is no `onDead`
 */
export type InboxErrorCode =
  | 'engine_missing'
  | 'engine_unsupported'
  | 'open_failed'
  | 'inbox_missing'
  | 'unavailable'
  | 'closed'
  | 'handler_timeout'
  | 'cursor_invalid'
  | 'dead_lettered';

/**
 * The error of an inbox operation. Misuse (an unknown URL scheme, a contradicting option) is a TypeError instead.
 *
 * @example
 * ```ts
 * import { type Inbox, InboxError } from '@videocloud/webhooks-inbox';
 *
 * export async function keep(inbox: Inbox, rawBody: Uint8Array): Promise<void> {
 *   try {
 *     await inbox.accept({ event: null, rawBody, secretIndex: 0 });
 *   } catch (error) {
 *     if (error instanceof InboxError && error.code === 'unavailable') console.warn('nothing was acknowledged');
 *     throw error;
 *   }
 * }
 * ```
 */
export class InboxError extends Error {
  readonly code: InboxErrorCode;

  constructor(code: InboxErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'InboxError';
    this.code = code;
  }
}

/** The text in one line: a sender's control characters must not forge lines of a log. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ');
}

const MAX_CAUSES = 4;
const MAX_ERROR_TEXT = 4_000;

/** The text stored with a failed attempt: the chain of messages, bounded, storable in every database. */
export function describeError(error: unknown): string {
  const parts: string[] = [];
  let current = error;
  for (let depth = 0; current !== undefined && current !== null && depth < MAX_CAUSES; depth++) {
    parts.push(describeOne(current));
    current = property(current, 'cause');
  }
  return storableText(parts.join(': ') || 'unknown error', MAX_ERROR_TEXT);
}

/** Cuts a text and replaces what PostgreSQL does not store: NUL and lone surrogates. */
export function storableText(text: string, maxLength: number): string {
  return text.slice(0, maxLength).replace(/[\0\p{Surrogate}]/gu, '\ufffd');
}

const MAX_EVENT_NAME = 200;

/** The name of an event as it is stored. */
export function storableEvent(name: string): string {
  return storableText(name, MAX_EVENT_NAME);
}

function describeOne(error: unknown): string {
  if (typeof error === 'string') return error.slice(0, MAX_ERROR_TEXT);
  const message = property(error, 'message');
  // By shape: an error of another realm (Jest, node:vm) is an error too.
  if (typeof message !== 'string') return `threw ${typeof error}`;
  const code = property(error, 'code');
  const name = property(error, 'name');
  const prefix = typeof code === 'string' ? code : typeof name === 'string' ? name : 'Error';
  return `${prefix.slice(0, 200)} ${message.slice(0, MAX_ERROR_TEXT)}`;
}

function property(value: unknown, name: string): unknown {
  if (typeof value !== 'object' && typeof value !== 'function') return undefined;
  try {
    return (value as Record<string, unknown> | null)?.[name];
  } catch {
    // A getter or a proxy that throws has nothing to show.
    return undefined;
  }
}

/** The string in `error.code`, as Node, pg and libsql set it. */
export function codeOf(error: unknown): string {
  const code = property(error, 'code');
  return typeof code === 'string' ? code : '';
}

/**
 * A copy of an engine's error that is safe to log. Engines attach the failed command, and with it the password, to
 * their errors; only message, name and code are kept, with the URL's password replaced.
 */
export function withoutPassword(error: unknown, url: string): Error {
  let message = String(property(error, 'message') ?? error).slice(0, MAX_ERROR_TEXT);
  const { password } = new URL(url);
  for (const secret of new Set([password, safeDecode(password), url])) {
    if (secret !== '') message = message.replaceAll(secret, '***');
  }
  const copy = new Error(message);
  const name = property(error, 'name');
  if (typeof name === 'string') copy.name = name;
  const code = codeOf(error);
  if (code !== '') Object.assign(copy, { code });
  return copy;
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
