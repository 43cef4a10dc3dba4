import { SIGNATURE_HEADER } from '../protocol/header.js';
import { type Admission, declaredLength } from './admission.js';
import { EXPIRED, within } from './deadlines.js';
import type { Outcome } from './outcome.js';
import type { Pipeline, ReceiveOptions } from './pipeline.js';

const PARSED_HINT = 'Hand over the request before anything calls its json(), text() or arrayBuffer()';

/** A Fetch request through the whole pipeline. */
export async function fetchThrough(
  pipeline: Pipeline,
  request: Request,
  options: ReceiveOptions,
  hint = PARSED_HINT,
): Promise<Response> {
  const body = await readRequest(pipeline.admission, request, hint);
  return toResponse(isBytes(body) ? await pipeline.receive(body, signatureOf(request), options) : body);
}

/** The signature header of a Fetch request. */
export function signatureOf(request: Request): string | null {
  return request.headers.get(SIGNATURE_HEADER);
}

export function toResponse({ body, status, headers }: Outcome): Response {
  // A copy: @hono/node-server writes a Content-Length into the very object it is given, and ours is shared and frozen.
  return new Response(body, { status, headers: { ...headers } });
}

export function isBytes(value: Uint8Array | Outcome): value is Uint8Array {
  return value instanceof Uint8Array;
}

/** The bytes of a request, or the outcome when they are not to be had. */
export async function readRequest(
  admission: Admission,
  request: Request,
  hint = PARSED_HINT,
): Promise<Uint8Array | Outcome> {
  const { headers } = request;
  const length = headers.get('content-length');
  const refusal = admission.refuseHead(request.method, headers.get('content-encoding'), length);
  if (refusal !== null) return refusal;
  if (request.bodyUsed || request.body?.locked) return admission.refuseParsed(hint);
  // With a declared length within the limit one call reads it all, several times faster than a reader.
  return declaredLength(length) >= 0 ? readWhole(admission, request) : readStream(admission, request);
}

async function readWhole(admission: Admission, request: Request): Promise<Uint8Array | Outcome> {
  try {
    const body = await within(admission.bodyDeadlines, request.arrayBuffer());
    if (body !== EXPIRED) return new Uint8Array(body);
    // Only now: where a server makes the signal on demand, asking for it costs more than reading the body.
    return admission.refuseBody(request.signal?.aborted ? 'body_aborted' : 'body_timeout');
  } catch {
    return admission.refuseBody('body_aborted');
  }
}

async function readStream(admission: Admission, request: Request): Promise<Uint8Array | Outcome> {
  const reader = request.body?.getReader();
  if (reader === undefined) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  let refusal: Outcome | undefined;
  const cancel = () => void reader.cancel().catch(() => undefined);
  const giveUp = (code: 'body_timeout' | 'body_aborted') => {
    refusal ??= admission.refuseBody(code);
    // Not awaited: a source that hangs may never finish cancelling either.
    cancel();
  };
  const deadline = admission.bodyDeadlines.start(() => giveUp('body_timeout'));
  const { signal } = request;
  const gone = () => giveUp('body_aborted');
  if (signal?.aborted) gone();
  else signal?.addEventListener('abort', gone);
  try {
    while (refusal === undefined) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.byteLength;
      if (size <= admission.settings.maxBodyBytes) chunks.push(value);
      else {
        refusal = admission.refuseBody('body_too_large');
        discard(admission, reader, cancel);
      }
    }
  } catch {
    refusal ??= admission.refuseBody('body_aborted');
  } finally {
    admission.bodyDeadlines.cancel(deadline);
    signal?.removeEventListener('abort', gone);
  }
  return refusal ?? concat(chunks, size);
}

/**
 * Lets the rest of an unwanted body run into the sand, but not for ever. Cancelling at once would reset the connection
 * under a sender that reads its answer only when it has sent everything.
 */
function discard(admission: Admission, reader: ReadableStreamDefaultReader<Uint8Array>, cancel: () => void): void {
  const deadline = admission.bodyDeadlines.start(cancel);
  const over = () => admission.bodyDeadlines.cancel(deadline);
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
