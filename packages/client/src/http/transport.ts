import { VideoCloudApiError, VideoCloudConnectionError, VideoCloudTimeoutError } from '../errors.js';
import type { Redactor } from '../redaction/redactor.js';
import { codeOf, safeCause, safeName } from '../redaction/safe-cause.js';
import { Interrupted, type Interrupter, type Interruption, interrupter } from './abort.js';
import { type Attempt, attempt } from './attempt.js';
import type { ReadBody } from './body.js';
import { isRetryableStatus, nothingSent, retryDelay } from './retry.js';
import { traceAttempt } from './trace.js';

export interface TransportOptions {
  readonly fetch: (request: Request) => Promise<Response>;
  readonly timeout: number;
  readonly attemptTimeout: number;
  readonly maxRetries: number;
  readonly now: () => number;
  readonly random: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** An answer, read whole. */
export interface Exchange {
  readonly response: Response;
  readonly bytes: Uint8Array;
  readonly attempts: number;
  /** Whether an earlier attempt may have done its work although its answer was lost. */
  readonly repeated: boolean;
}

/** How often a request may be sent: again after any temporary failure, or only if nothing of it can have arrived. */
export type Repeat = 'safe' | 'unsent';

/** Sends a request, with time limits and retries, and reads the answer. Follows no redirect. */
export async function exchange(
  request: Request,
  repeat: Repeat,
  options: TransportOptions,
  redactor: Redactor,
  signal: AbortSignal | undefined,
): Promise<Exchange> {
  const call = interrupter('call', options.timeout, signal);
  const deadline = performance.now() + options.timeout;
  const where = redactor.line(`${request.method} ${new URL(request.url).pathname}`);
  let repeated = false;
  let lastFailure: unknown;
  try {
    for (let attempts = 1; ; attempts++) {
      const made = await traceAttempt(request, attempts, redactor, () =>
        attempt(request, options.fetch, options.attemptTimeout, call),
      );
      if (made.kind === 'interrupted' && made.why.by !== 'attempt') throw ended(made.why, where, attempts, lastFailure);
      if (attempts <= options.maxRetries && mayRepeat(made, repeat)) {
        const headers = made.kind === 'answered' ? made.response.headers : undefined;
        const delay = retryDelay(attempts, headers, options.now, options.random);
        // A wait longer than the call would only replace a known failure with a timeout.
        if (performance.now() + delay < deadline) {
          repeated ||= mayHaveWorked(made);
          if (made.kind === 'failed') lastFailure = safeCause(made.error, redactor);
          await wait(delay, options, call, where, attempts, lastFailure);
          continue;
        }
      }
      if (made.kind === 'interrupted') throw ended(made.why, where, attempts, lastFailure);
      if (made.kind === 'failed') throw noConnection(made.error, where, attempts, redactor);
      return accepted(made, where, attempts, repeated, redactor);
    }
  } finally {
    call.done();
  }
}

function mayRepeat(made: Attempt, repeat: Repeat): boolean {
  if (repeat === 'unsent') return made.kind === 'failed' && nothingSent(made.error);
  return made.kind !== 'answered' || made.body.broken !== undefined || isRetryableStatus(made.response.status);
}

function mayHaveWorked(made: Attempt): boolean {
  if (made.kind === 'failed') return !nothingSent(made.error);
  return made.kind === 'interrupted' || made.response.status !== 429;
}

async function wait(
  delay: number,
  options: TransportOptions,
  call: Interrupter,
  where: string,
  attempts: number,
  lastFailure: unknown,
): Promise<void> {
  try {
    await Promise.race([options.sleep(delay, call.signal), call.happened]);
  } catch (error) {
    const reason: unknown = call.signal.reason;
    throw reason instanceof Interrupted ? ended(reason.why, where, attempts, lastFailure) : error;
  }
}

/** What the caller gets when the call or its last attempt was stopped. */
function ended(why: Interruption, where: string, attempts: number, lastFailure: unknown): unknown {
  if (why.by === 'signal') return why.reason;
  const what = why.by === 'call' ? 'no answer' : 'no answer to the last attempt';
  return new VideoCloudTimeoutError(`${where}: ${what} within ${why.timeout} ms`, why.timeout, attempts, lastFailure);
}

function noConnection(error: unknown, where: string, attempts: number, redactor: Redactor): VideoCloudConnectionError {
  const cause = safeCause(error, redactor);
  const reason = codeOf(cause) ?? cause?.message;
  const tries = attempts === 1 ? '1 attempt' : `${attempts} attempts`;
  return new VideoCloudConnectionError(`${where}: no connection after ${tries} (${reason})`, attempts, cause);
}

function accepted(
  { response, body }: { response: Response; body: ReadBody },
  where: string,
  attempts: number,
  repeated: boolean,
  redactor: Redactor,
): Exchange {
  const { status, headers } = response;
  const rejected = (code: string, message: string, cause?: unknown) =>
    new VideoCloudApiError({
      status,
      code,
      message: `${where}: ${message}`,
      requestId: requestIdOf(response, redactor),
      body: excerpt(body.bytes, redactor),
      attempts,
      cause: safeCause(cause, redactor),
    });

  if (response.type === 'opaqueredirect' || [301, 302, 303, 307, 308].includes(status)) {
    const target = originOf(headers.get('location'), response.url);
    throw rejected(
      'redirect_refused',
      `the server redirects${target ? ` to ${redactor.line(target)}` : ''}; redirects are not followed, so that the token goes nowhere else. Set baseUrl to the final address`,
    );
  }
  if (body.tooLarge) throw rejected('response_too_large', `the answer (${status}) is larger than 10 MB`);
  if (body.broken !== undefined) {
    const { byteLength } = body.bytes;
    throw rejected('response_truncated', `the answer (${status}) broke off after ${byteLength} bytes`, body.broken);
  }
  if (status < 200 || status > 599) throw rejected('invalid_response', `the answer has the status ${status}`);
  return { response, bytes: body.bytes, attempts, repeated };
}

/** Origin only: the rest of a `Location` may hold what does not belong into a log. */
function originOf(location: string | null, base: string): string | undefined {
  try {
    return location === null ? undefined : new URL(location, base || undefined).origin;
  } catch {
    return undefined;
  }
}

/** The answer's `X-Request-Id`, when it is a short name and nothing else. */
export function requestIdOf(response: Response, redactor: Redactor): string | undefined {
  return safeName(response.headers.get('x-request-id'), redactor);
}

/** The first 2 KB of a body as text. */
export function excerpt(bytes: Uint8Array, redactor: Redactor): string {
  // A character of UTF-8 has at most four bytes.
  return redactor.text(new TextDecoder().decode(bytes.subarray(0, 4 * 4_096)), 2_048);
}
