import type { Outcome } from '../receiver/outcome.js';
import { type BodyRead, declaredLength, type IncomingRequest, type ReadLimits } from '../receiver/request.js';
import { TIMED_OUT, withTimeout } from '../receiver/timeouts.js';
import { isArrayBuffer, isBytes } from '../signature/bytes.js';
import { BodyBuffer } from './body-buffer.js';

const PARSED_HINT = 'Hand over the request before anything calls its json(), text() or arrayBuffer()';

/** After how many pieces timers get a turn: a source that is always ready would keep the body timeout from firing. */
const PIECES_PER_TURN = 4_096;

/** How much of a rejected body is read, as a multiple of the limit, before its source is canceled. */
const DRAIN_FACTOR = 4;

/** The part of `@hono/node-server`'s environment that is used here. */
interface NodeServerEnv {
  readonly incoming?: { readonly httpVersionMajor?: unknown; readonly readableDidRead?: unknown; destroyed?: unknown };
}

/**
 * A Fetch request, for the receiver.
 *
 * @param env what the server gave beside the request; `@hono/node-server` gives its Node request there
 * @param hint the fix when the body was read already
 */
export function fetchRequest(request: Request, env?: unknown, hint = PARSED_HINT): IncomingRequest {
  return {
    method: request.method,
    header: (name) => request.headers.get(name),
    headers: () => request.headers,
    read: (limits) => readBody(request, env, limits, { ok: false, code: 'body_already_parsed', hint }),
    // The server that made the request ends it: canceling here would reset the connection under the answer.
    discard: () => undefined,
  };
}

export function toResponse({ body, status, headers }: Outcome): Response {
  // A copy: @hono/node-server writes a Content-Length into the very object it is given, and ours is shared and frozen.
  return new Response(body, { status, headers: { ...headers } });
}

async function readBody(request: Request, env: unknown, limits: ReadLimits, parsed: BodyRead): Promise<BodyRead> {
  const { incoming } = (env ?? {}) as NodeServerEnv;
  if (isBoundedByServer(request, incoming)) {
    // A failure of the connection destroys `incoming`; any other one means that somebody else holds the body.
    return readWhole(request, limits, parsed, () => (incoming?.destroyed ? 'aborted' : 'parsed'));
  }
  if (request.bodyUsed) return parsed;
  const { body } = request;
  if (body === null) return { ok: true, bytes: new Uint8Array() };
  // A Request without streams, a polyfill's, holds its body in memory already.
  if (typeof body?.getReader !== 'function') return readWhole(request, limits, parsed, () => 'aborted');
  return body.locked ? parsed : readStream(request, body.getReader(), limits, parsed);
}

/**
 * Whether the request is `@hono/node-server`'s own, over HTTP/1 with a declared length. Node then gives no more bytes than
 * declared, and `arrayBuffer()` is several times faster than `body`, which makes that server build a real Request.
 */
function isBoundedByServer(request: Request, incoming: NodeServerEnv['incoming']): boolean {
  return (
    incoming?.httpVersionMajor === 1 &&
    incoming.readableDidRead === false &&
    declaredLength(request.headers.get('content-length')) >= 0 &&
    // A Request that a middleware put in its place comes from a class; the server's stand-in does not.
    !Object.hasOwn(Object.getPrototypeOf(request), 'constructor')
  );
}

async function readWhole(
  request: Request,
  limits: ReadLimits,
  parsed: BodyRead,
  whyFailed: () => 'aborted' | 'parsed',
): Promise<BodyRead> {
  try {
    const body: unknown = await withTimeout(limits.deadlines, request.arrayBuffer());
    // The signal only now: where a server makes it on demand, that costs more than reading the body.
    if (body === TIMED_OUT) return { ok: false, code: request.signal?.aborted ? 'body_aborted' : 'body_timeout' };
    if (!isArrayBuffer(body)) return parsed;
    if (body.byteLength > limits.maxBytes) return { ok: false, code: 'body_too_large' };
    return { ok: true, bytes: new Uint8Array(body) };
  } catch {
    return whyFailed() === 'parsed' ? parsed : { ok: false, code: 'body_aborted' };
  }
}

async function readStream(
  request: Request,
  reader: ReadableStreamDefaultReader<unknown>,
  limits: ReadLimits,
  parsed: BodyRead,
): Promise<BodyRead> {
  const body = new BodyBuffer(limits.maxBytes);
  let failure: BodyRead | undefined;
  // Not awaited: a source that hangs may never finish canceling either.
  const cancel = () => void reader.cancel().catch(() => undefined);
  const fail = (code: 'body_timeout' | 'body_aborted') => {
    failure ??= { ok: false, code };
    cancel();
  };
  const deadline = limits.deadlines.start(() => fail('body_timeout'));
  const { signal } = request;
  const gone = () => fail('body_aborted');
  if (signal?.aborted) gone();
  else signal?.addEventListener('abort', gone);
  try {
    for (let pieces = 1; failure === undefined; pieces++) {
      if (pieces % PIECES_PER_TURN === 0) await nextTurn();
      const { done, value } = await reader.read();
      if (done) break;
      if (!isBytes(value)) {
        failure = parsed;
        cancel();
      } else if (!body.add(value)) {
        failure = { ok: false, code: 'body_too_large' };
        void drain(reader, limits, cancel);
      }
    }
  } catch {
    failure ??= { ok: false, code: 'body_aborted' };
  } finally {
    limits.deadlines.cancel(deadline);
    signal?.removeEventListener('abort', gone);
  }
  return failure ?? { ok: true, bytes: body.bytes() };
}

/**
 * Reads on for a while before it cancels. Canceling at once would reset the connection under a sender that reads its
 * answer only when it has sent everything.
 */
async function drain(
  reader: ReadableStreamDefaultReader<unknown>,
  limits: ReadLimits,
  cancel: () => void,
): Promise<void> {
  let left = DRAIN_FACTOR * limits.maxBytes;
  const deadline = limits.deadlines.start(() => {
    left = 0;
    cancel();
  });
  try {
    for (let pieces = 1; left > 0; pieces++) {
      if (pieces % PIECES_PER_TURN === 0) await nextTurn();
      const { done, value } = await reader.read();
      if (done) return;
      left -= isBytes(value) ? value.byteLength : left;
    }
    cancel();
  } catch {
    // The source failed: nothing is left to read.
  } finally {
    limits.deadlines.cancel(deadline);
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
