import type { Outcome } from '../receiver/outcome.js';
import { type BodyRead, declaredLength, type IncomingRequest, type ReadLimits } from '../receiver/request.js';
import { TIMED_OUT, withTimeout } from '../receiver/timeouts.js';
import { isBytes } from '../signature/bytes.js';

const PARSED_HINT = 'Hand over the request before anything calls its json(), text() or arrayBuffer()';

/** A Fetch request, for the receiver. `hint` is the fix when the body was read already. */
export function fetchRequest(request: Request, hint = PARSED_HINT): IncomingRequest {
  return {
    method: request.method,
    header: (name) => request.headers.get(name),
    headers: () => request.headers,
    read: (limits) => readRequest(request, limits, hint),
    discard: () => undefined,
  };
}

export function toResponse({ body, status, headers }: Outcome): Response {
  // A copy: @hono/node-server writes a Content-Length into the very object it is given, and ours is shared and frozen.
  return new Response(body, { status, headers: { ...headers } });
}

async function readRequest(request: Request, limits: ReadLimits, hint: string): Promise<BodyRead> {
  if (request.bodyUsed || request.body?.locked) return { ok: false, code: 'body_already_parsed', hint };
  // With a declared length within the limit one call reads it all, several times faster than a reader.
  return declaredLength(request.headers.get('content-length')) >= 0
    ? readWhole(request, limits)
    : readStream(request, limits);
}

async function readWhole(request: Request, { deadlines }: ReadLimits): Promise<BodyRead> {
  try {
    const body = await withTimeout(deadlines, request.arrayBuffer());
    if (body !== TIMED_OUT) return { ok: true, bytes: new Uint8Array(body) };
    // Only now: where a server makes the signal on demand, asking for it costs more than reading the body.
    return { ok: false, code: request.signal?.aborted ? 'body_aborted' : 'body_timeout' };
  } catch {
    return { ok: false, code: 'body_aborted' };
  }
}

async function readStream(request: Request, limits: ReadLimits): Promise<BodyRead> {
  const reader = request.body?.getReader();
  if (reader === undefined) return { ok: true, bytes: new Uint8Array() };
  const chunks: Uint8Array[] = [];
  let size = 0;
  let failure: Exclude<BodyRead, { ok: true }>['code'] | undefined;
  const cancel = () => void reader.cancel().catch(() => undefined);
  const fail = (code: 'body_timeout' | 'body_aborted') => {
    failure ??= code;
    // Not awaited: a source that hangs may never finish canceling either.
    cancel();
  };
  const deadline = limits.deadlines.start(() => fail('body_timeout'));
  const { signal } = request;
  const gone = () => fail('body_aborted');
  if (signal?.aborted) gone();
  else signal?.addEventListener('abort', gone);
  try {
    while (failure === undefined) {
      const { done, value } = await reader.read();
      if (done) break;
      if (!isBytes(value)) throw new TypeError('A chunk of the body is not bytes');
      size += value.byteLength;
      if (size <= limits.maxBytes) chunks.push(value);
      else {
        failure = 'body_too_large';
        drain(limits, reader, cancel);
      }
    }
  } catch {
    failure ??= 'body_aborted';
  } finally {
    limits.deadlines.cancel(deadline);
    signal?.removeEventListener('abort', gone);
  }
  return failure === undefined ? { ok: true, bytes: concat(chunks, size) } : { ok: false, code: failure };
}

/**
 * Drains the rest of a rejected body, up to the body timeout. Canceling at once would reset the connection under a sender
 * that reads its answer only when it has sent everything.
 */
function drain(limits: ReadLimits, reader: ReadableStreamDefaultReader<Uint8Array>, cancel: () => void): void {
  const deadline = limits.deadlines.start(cancel);
  const over = () => limits.deadlines.cancel(deadline);
  const next = ({ done }: { done: boolean }): void | Promise<void> => (done ? over() : reader.read().then(next));
  reader.read().then(next).catch(over);
}

function concat(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const [only] = chunks;
  if (only?.byteLength === size) return only;
  const whole = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
}
