import { codeOf, InboxError, withoutPassword } from './errors.js';

export const SERVER_UP = 'is the server up, and are host and port in the URL right?';

/**
 * The error of an inbox that did not open: what an engine refused, or why its server was not reached.
 *
 * @param engine as in `The Redis inbox`
 * @param hintOf the fix for what this engine's server or driver says; undefined for what it does not know
 */
export function openFailed(
  engine: string,
  cause: unknown,
  url: string,
  hintOf: (message: string, code: string) => string | undefined,
): unknown {
  if (cause instanceof InboxError) return cause;
  const safe = withoutPassword(cause, url);
  const code = codeOf(cause);
  const hint = networkHint(code) ?? hintOf(safe.message, code) ?? safe.message;
  return new InboxError('open_failed', `The ${engine} inbox cannot be opened: ${hint}`, { cause: safe });
}

function networkHint(code: string): string | undefined {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'the host in the URL is not found';
  return /^E[A-Z]+$/.test(code) ? SERVER_UP : undefined;
}
