import type { IncomingMessage, ServerResponse } from 'node:http';
import { JSON_HEADERS, type Outcome, RECEIVED } from '../receiver/outcome.js';
import type { Pipeline, RespondOptions } from '../receiver/pipeline.js';
import { type BodyRead, type IncomingRequest, type ReadLimits, toHeaders } from '../receiver/request.js';
import { isBytes } from '../signature/bytes.js';

// By far the most frequent answer, ready made.
const RECEIVED_HEADERS = { ...JSON_HEADERS, 'content-length': RECEIVED.length };

/** What body parsers in front of us may have left on the request. */
export type NodeRequest = IncomingMessage & { body?: unknown; rawBody?: unknown };

/** A Node request through the whole receiver, for every entry that takes an `IncomingMessage`. */
export async function handleNode(
  pipeline: Pipeline,
  request: NodeRequest,
  response: ServerResponse,
  hint: string,
  options?: RespondOptions,
): Promise<void> {
  writeOutcome(response, await pipeline.respond(nodeRequest(request, hint), options));
}

/** A Node request, for the receiver. `hint` is the fix when the body was read already. */
export function nodeRequest(request: NodeRequest, hint: string): IncomingRequest {
  let headers: Headers | undefined;
  return {
    method: request.method,
    header: (name) => request.headers[name],
    headers: () => {
      headers ??= toHeaders(Object.entries(request.headers));
      return headers;
    },
    read: (limits) => readNodeBody(request, limits, hint),
    discard: (limits) => drain(request, limits),
  };
}

/** Writes an outcome; the length is given so that Node need not chunk. */
export function writeOutcome(response: ServerResponse, { status, headers, body }: Outcome): void {
  if (response.headersSent || response.destroyed) return;
  if (headers === JSON_HEADERS && body === RECEIVED) response.writeHead(status, RECEIVED_HEADERS);
  else response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

async function readNodeBody(request: NodeRequest, limits: ReadLimits, hint: string): Promise<BodyRead> {
  for (const given of [request.rawBody, request.body]) {
    // A copy: whoever put it there may use its buffer again.
    if (isBytes(given)) return { ok: true, bytes: new Uint8Array(given) };
  }
  // Express 4 leaves `body = {}` on an unread stream: only the stream shows whether it was read.
  if (request.readableDidRead || request.readableEnded) return { ok: false, code: 'body_already_parsed', hint };
  // After setEncoding() the stream gives text: the bytes are gone where they were not of that encoding.
  if (typeof request.readableEncoding === 'string') {
    drain(request, limits);
    return { ok: false, code: 'body_already_parsed', hint };
  }
  return readStream(request, limits);
}

function readStream(request: NodeRequest, limits: ReadLimits): Promise<BodyRead> {
  return new Promise((resolve) => {
    const chunks: Uint8Array[] = [];
    let size = 0;
    // A flag rather than taking the listeners off again: that costs more than the rest of this function.
    let settled = false;
    const settle = (read: BodyRead) => {
      if (settled) return;
      settled = true;
      limits.deadlines.cancel(deadline);
      resolve(read);
      if (!read.ok) drain(request, limits);
    };
    const deadline = limits.deadlines.start(() => settle({ ok: false, code: 'body_timeout' }));
    request
      // Also after we are done: a reset must not become an unhandled 'error' event.
      .on('error', ignore)
      .on('data', (chunk: unknown) => {
        if (settled) return;
        if (!isBytes(chunk)) return settle({ ok: false, code: 'body_aborted' });
        size += chunk.byteLength;
        if (size > limits.maxBytes) settle({ ok: false, code: 'body_too_large' });
        else chunks.push(chunk);
      })
      .on('end', () => {
        const [only] = chunks;
        const bytes = chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, size);
        settle({ ok: true, bytes });
      })
      .on('close', () => settle({ ok: false, code: 'body_aborted' }));
    // A stream that was paused on purpose does not begin to flow by a listener.
    if (request.readableFlowing === false) request.resume();
  });
}

/** Drains the rest of a rejected body, up to the body timeout. */
function drain(request: IncomingMessage, { deadlines }: ReadLimits): void {
  if (request.complete || request.destroyed) return;
  const deadline = deadlines.start(() => request.destroy());
  const over = () => deadlines.cancel(deadline);
  request.on('error', ignore).once('end', over).once('close', over).resume();
}

function ignore(): void {}
