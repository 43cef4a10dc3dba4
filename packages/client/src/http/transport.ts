import { VideoCloudApiError } from '../errors/api-error.js';
import { VideoCloudConnectionError } from '../errors/connection-error.js';
import { VideoCloudTimeoutError } from '../errors/timeout-error.js';
import { type ReadBody, readBody } from './body.js';
import { Interrupted, type Interrupter, interrupter } from './interrupt.js';
import type { Redactor } from './redact.js';
import { isRetryableStatus, nothingSent, retryDelay } from './retry.js';

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
  /** Whether an earlier attempt may have done its work although no answer to it counted. */
  readonly repeated: boolean;
}

/** How often a request may be sent: again after any passing fault, or only if nothing of it can have arrived. */
export type Repeat = 'safe' | 'unsent';

type Fault = { error: unknown; interrupted: boolean };
type Attempt = { response: Response; body: ReadBody } | Fault;

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
  const where = `${request.method} ${new URL(request.url).pathname}`;
  let repeated = false;
  let before: unknown;
  try {
    for (let attempts = 1; ; attempts++) {
      const attempt = await once(request, options, call);
      const fault = 'error' in attempt ? attempt : undefined;

      if (fault?.error instanceof Interrupted && fault.error.why.by !== 'attempt') {
        throw ended(fault.error, where, attempts, before);
      }
      if (attempts <= options.maxRetries && mayRepeat(attempt, repeat)) {
        const headers = 'response' in attempt ? attempt.response.headers : undefined;
        const delay = retryDelay(attempts, headers, options.now, options.random);
        // A wait that outlasts the call would only trade what is known for a time-out.
        if (performance.now() + delay < deadline) {
          repeated ||=
            !(fault && nothingSent(fault.error)) && !('response' in attempt && attempt.response.status === 429);
          before = fault ? redactor.cause(fault.error) : before;
          await wait(delay, options, call, where, attempts, before);
          continue;
        }
      }
      if (fault) throw failed(fault, where, attempts, before, redactor);
      if ('response' in attempt) return accepted(attempt, where, attempts, repeated, redactor);
    }
  } finally {
    call.done();
  }
}

async function once(request: Request, options: TransportOptions, call: Interrupter): Promise<Attempt> {
  const limit = interrupter('attempt', options.attemptTimeout, call.signal);
  try {
    if (limit.signal.aborted) await limit.happened;
    // Raced, because a fetch of the user's may not listen to the signal.
    const sent = options.fetch(new Request(request.clone(), { signal: limit.signal }));
    const response = await Promise.race([sent, limit.happened]);
    return { response, body: await readBody(response, limit) };
  } catch (error) {
    // Some runtimes reject with the signal's reason, some with an AbortError of their own.
    const reason: unknown = limit.signal.reason;
    return limit.signal.aborted && reason instanceof Interrupted
      ? { error: reason, interrupted: true }
      : { error, interrupted: false };
  } finally {
    limit.done();
  }
}

function mayRepeat(attempt: Attempt, repeat: Repeat): boolean {
  if (repeat === 'unsent') return 'error' in attempt && !attempt.interrupted && nothingSent(attempt.error);
  if ('error' in attempt) return true;
  return attempt.body.broken !== undefined || isRetryableStatus(attempt.response.status);
}

async function wait(
  delay: number,
  options: TransportOptions,
  call: Interrupter,
  where: string,
  attempts: number,
  before: unknown,
): Promise<void> {
  try {
    await Promise.race([options.sleep(delay, call.signal), call.happened]);
  } catch (error) {
    const reason: unknown = call.signal.reason;
    throw reason instanceof Interrupted ? ended(reason, where, attempts, before) : error;
  }
}

/** What the caller gets when the call itself was stopped. */
function ended(error: Interrupted, where: string, attempts: number, before: unknown): unknown {
  const { why } = error;
  if (why.by === 'signal') return why.reason;
  const what = why.by === 'call' ? 'no answer' : 'no answer to the last attempt';
  return new VideoCloudTimeoutError(`${where}: ${what} within ${why.timeout} ms`, why.timeout, attempts, before);
}

function failed(fault: Fault, where: string, attempts: number, before: unknown, redactor: Redactor): unknown {
  if (fault.error instanceof Interrupted) return ended(fault.error, where, attempts, before);
  const cause = redactor.cause(fault.error);
  const tries = attempts === 1 ? '1 attempt' : `${attempts} attempts`;
  return new VideoCloudConnectionError(`${where}: no connection after ${tries} (${reasonOf(cause)})`, attempts, cause);
}

function reasonOf(error: unknown): string {
  for (let e = error, depth = 0; e instanceof Error && depth < 5; e = e.cause, depth++) {
    const { code } = e as { code?: unknown };
    if (typeof code === 'string') return code;
  }
  return error instanceof Error ? error.message : String(error);
}

function accepted(
  { response, body }: { response: Response; body: ReadBody },
  where: string,
  attempts: number,
  repeated: boolean,
  redactor: Redactor,
): Exchange {
  const { status, headers } = response;
  const refuse = (code: string, message: string, cause?: unknown) =>
    new VideoCloudApiError({
      status,
      code,
      message: redactor.text(`${where}: ${message}`),
      details: [],
      requestId: headers.get('x-request-id') ?? undefined,
      body: excerpt(body.bytes, redactor),
      attempts,
      cause: redactor.cause(cause),
    });

  if (response.type === 'opaqueredirect' || [301, 302, 303, 307, 308].includes(status)) {
    const target = originOf(headers.get('location'), response.url);
    throw refuse(
      'redirect_refused',
      `the server redirects${target ? ` to ${target}` : ''}; redirects are not followed, so that the token goes nowhere else. Set baseUrl to the final address`,
    );
  }
  if (body.tooLarge) throw refuse('response_too_large', `the answer (${status}) is larger than 10 MB`);
  if (body.broken !== undefined) {
    throw refuse(
      'response_truncated',
      `the answer (${status}) broke off after ${body.bytes.byteLength} bytes`,
      body.broken,
    );
  }
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

/** The first 2 KB as text; secrets are taken out before the cut, which could go through the middle of one. */
export function excerpt(bytes: Uint8Array, redactor: Redactor): string {
  return redactor.text(new TextDecoder().decode(bytes)).slice(0, 2_048);
}
