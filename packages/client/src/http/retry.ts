import { codeOf } from '../redaction/safe-cause.js';

const BASE_DELAY = 500;
const MAX_DELAY = 8_000;
/** The longest wait between two attempts, whatever the server asks for. */
export const MAX_RETRY_AFTER = 10_000;

export function isRetryableStatus(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

/** Milliseconds before the next attempt: what the server asked for, else exponential with full jitter. */
export function retryDelay(
  attempt: number,
  headers: Pick<Headers, 'get'> | undefined,
  now: () => number,
  random: () => number,
): number {
  const asked = retryAfter(headers?.get('retry-after') ?? null, now);
  return asked ?? random() * Math.min(MAX_DELAY, BASE_DELAY * 2 ** (attempt - 1));
}

/**
 * `Retry-After` in seconds or as an HTTP date, clamped to 0…10 s; `undefined` when there is none that can be read.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function retryAfter(value: string | null, now: () => number): number | undefined {
  const text = value?.trim();
  if (!text) return undefined;
  // Date.parse reads "-5" or "2" as years: a date has letters in it.
  const wait = /^\d+$/.test(text)
    ? Number(text) * 1_000
    : /^[A-Za-z]/.test(text)
      ? Date.parse(text) - now()
      : Number.NaN;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), MAX_RETRY_AFTER);
}

const NOTHING_SENT = new Set([
  'ECONNREFUSED',
  'ConnectionRefused',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Whether a failed fetch proves that no byte of the request reached the server. Unknown failures do not. */
export function nothingSent(error: unknown): boolean {
  const code = codeOf(error);
  return code !== undefined && NOTHING_SENT.has(code);
}
