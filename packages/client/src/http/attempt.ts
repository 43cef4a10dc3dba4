import { Interrupted, type Interrupter, type Interruption, interrupter } from './abort.js';
import { type ReadBody, readBody } from './body.js';

/** What became of one attempt. */
export type Attempt =
  | { readonly kind: 'answered'; readonly response: Response; readonly body: ReadBody }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'interrupted'; readonly why: Interruption };

/** Sends a request once and reads the answer, within the time limit of an attempt. Never throws. */
export async function attempt(
  request: Request,
  fetch: (request: Request) => Promise<Response>,
  timeout: number,
  call: Interrupter,
): Promise<Attempt> {
  const limit = interrupter('attempt', timeout, call.signal);
  try {
    if (limit.signal.aborted) await limit.happened;
    // Raced, because a fetch of somebody's own may ignore the signal.
    const response: unknown = await Promise.race([fetch(copyOf(request, limit.signal)), limit.happened]);
    if (!isResponse(response)) throw new TypeError('fetch did not resolve with a Response');
    return { kind: 'answered', response, body: await readBody(response, limit) };
  } catch (error) {
    // Some runtimes reject with the signal's reason, some with an AbortError of their own.
    const reason: unknown = limit.signal.aborted ? limit.signal.reason : error;
    return reason instanceof Interrupted ? { kind: 'interrupted', why: reason.why } : { kind: 'failed', error };
  } finally {
    limit.done();
  }
}

/**
 * The request for one attempt. `no-store`, because Next.js 14 keeps answers of GET otherwise: `ensure` would then miss the
 * webhook it created before, and create one more at every run.
 */
function copyOf(request: Request, signal: AbortSignal): Request {
  for (const init of [{ signal, cache: 'no-store' }, { signal }, { cache: 'no-store' }] as const) {
    try {
      return new Request(request.clone(), init);
    } catch {
      // Older workerd knows no `cache`; jsdom's AbortSignal is not the one this Request accepts. The race above holds anyway.
    }
  }
  return request.clone();
}

/** By shape: another realm, or a package such as node-fetch, has a Response of its own. */
function isResponse(value: unknown): value is Response {
  if (typeof value !== 'object' || value === null) return false;
  const { status, headers } = value as { status?: unknown; headers?: { get?: unknown } | null };
  return typeof status === 'number' && typeof headers?.get === 'function';
}
