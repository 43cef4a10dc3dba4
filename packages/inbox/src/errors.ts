/**
 * What went wrong with an inbox.
 *
 * - `engine_missing`: the package behind the URL's scheme is not installed; the message is the install line
 * - `open_failed`: the file or server cannot be opened; `cause` is what the engine said
 * - `unavailable`: nothing was stored this time (locked, full, overloaded); the sender will try again
 * - `closed`: `close()` was called before
 * - `handler_timeout`: the abort reason of a handler that outlived its lease
 */
export type InboxErrorCode = 'engine_missing' | 'open_failed' | 'unavailable' | 'closed' | 'handler_timeout';

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

/** The text kept with a failed attempt: the chain of messages, bounded. */
export function describe(error: unknown): string {
  const parts: string[] = [];
  for (let current = error, depth = 0; current !== undefined && current !== null && depth < 4; depth++) {
    parts.push(line(current));
    current = (current as { cause?: unknown }).cause;
  }
  return (parts.join(': ') || 'unknown error').slice(0, 4_000);
}

function line(error: unknown): string {
  if (!(error instanceof Error)) return typeof error === 'string' ? error : `threw ${typeof error}`;
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? `${code} ${error.message}` : `${error.name} ${error.message}`;
}
