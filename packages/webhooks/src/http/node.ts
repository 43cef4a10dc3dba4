import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { JSON_HEADERS, type Outcome, RECEIVED } from '../receiver/outcome.js';
import type { Pipeline } from '../receiver/pipeline.js';
import { isBytes } from '../signature/bytes.js';
import { BodyBuffer } from './body-buffer.js';
import { bindEnv, type ReadEnv } from './env.js';
import { type BodyRead, DRAIN_FACTOR, type IncomingRequest, type ReadLimits, toHeaders } from './incoming-request.js';

// By far the most frequent answer, ready made.
const RECEIVED_HEADERS = { ...JSON_HEADERS, 'content-length': RECEIVED.length };

/** A Node request, with what body parsers in front of us may have left on it. */
export type NodeRequest = (IncomingMessage | Http2ServerRequest) & { body?: unknown; rawBody?: unknown };

/** A Node response over HTTP/1 or HTTP/2. */
export type NodeResponse = ServerResponse | Http2ServerResponse;

/** A Node request through the whole receiver, for every entry that takes an `IncomingMessage`. Never rejects. */
export async function handleNode<Request extends NodeRequest>(
  pipeline: Pipeline,
  request: Request,
  response: NodeResponse,
  hint: string,
  readEnv?: ReadEnv<Request, unknown>,
): Promise<void> {
  const incoming = new NodeIncoming(request, hint, bindEnv(readEnv, request));
  writeOutcome(response, await pipeline.respond(incoming));
}

/** A Node request, for the receiver. A class, because one is made for every delivery. */
export class NodeIncoming implements IncomingRequest {
  readonly #request: IncomingMessage;
  readonly hint: string;
  readonly #readEnv: (() => unknown) | undefined;
  #headers: Headers | undefined;

  /** @param hint the fix when the body was read already */
  constructor(request: NodeRequest, hint: string, readEnv: (() => unknown) | undefined) {
    // The two kinds have the same members, but no common type.
    this.#request = request as IncomingMessage;
    this.hint = hint;
    this.#readEnv = readEnv;
  }

  get method(): string | undefined {
    return this.#request.method;
  }

  env(): unknown {
    return this.#readEnv?.();
  }

  header(name: string): unknown {
    return this.#request.headers[name];
  }

  headers(): Headers {
    this.#headers ??= toHeaders(Object.entries(this.#request.headers));
    return this.#headers;
  }

  read(limits: ReadLimits): BodyRead | Promise<BodyRead> {
    return readBody(this.#request, limits);
  }

  discard(limits: ReadLimits): void {
    discard(this.#request, limits);
  }
}

/** Writes an outcome, unless the response is sent or the client has gone. The length saves Node from chunking. */
export function writeOutcome(given: NodeResponse, { status, headers, body }: Outcome): void {
  const response = given as ServerResponse;
  if (response.headersSent || response.destroyed) return;
  if (headers === JSON_HEADERS && body === RECEIVED) response.writeHead(status, RECEIVED_HEADERS);
  else {
    const { connection, ...rest } = headers;
    // HTTP/2 has no such header, and Node warns of it.
    const close = connection === undefined || response.req?.httpVersionMajor === 2 ? {} : { connection };
    response.writeHead(status, { ...rest, ...close, 'content-length': Buffer.byteLength(body) });
  }
  response.end(body);
}

function readBody(request: IncomingMessage, limits: ReadLimits): BodyRead | Promise<BodyRead> {
  const given = bytesOn(request, 'rawBody') ?? bytesOn(request, 'body');
  // A copy: whoever put it there may use its buffer again.
  if (given !== undefined) return copied(given, limits);
  // Express 4 leaves `body = {}` on an unread stream: only the stream shows whether it was read.
  if (request.readableDidRead || request.readableEnded) return 'body_already_parsed';
  if (request.destroyed) return 'body_aborted';
  // After setEncoding() the stream gives text: bytes that were not of that encoding are lost.
  if (typeof request.readableEncoding === 'string') {
    discard(request, limits);
    return 'body_already_parsed';
  }
  return readStream(request, limits);
}

function copied(bytes: Uint8Array, limits: ReadLimits): BodyRead {
  if (bytes.byteLength > limits.maxBytes) return 'body_too_large';
  return Buffer.from(bytes);
}

/** Bytes that a body parser left. A getter that throws left none. */
function bytesOn(request: NodeRequest, name: 'body' | 'rawBody'): Uint8Array | undefined {
  try {
    const value = request[name];
    return isBytes(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function readStream(request: IncomingMessage, limits: ReadLimits): Promise<BodyRead> {
  return new Promise((resolve) => {
    // From Node's pool: a buffer of its own for a small body costs more than checking it.
    const body = new BodyBuffer(limits.maxBytes, Buffer.allocUnsafe);
    // A flag rather than taking the listeners off again: that costs more than the rest of this function.
    let settled = false;
    const settle = (read: BodyRead) => {
      if (settled) return;
      settled = true;
      limits.deadlines.cancel(deadline);
      resolve(read);
      if (typeof read === 'string') discard(request, limits);
    };
    const deadline = limits.deadlines.start(() => settle('body_timeout'));
    request
      // Also after we are done: a reset must not become an unhandled 'error' event.
      .on('error', ignore)
      .on('data', (chunk: unknown) => {
        if (settled) return;
        if (!isBytes(chunk)) settle('body_already_parsed');
        else if (!body.add(chunk)) settle('body_too_large');
      })
      .on('end', () => settle(body.bytes()))
      .on('close', () => settle('body_aborted'));
    // A stream that was paused on purpose does not begin to flow by a listener.
    if (request.readableFlowing === false) request.resume();
  });
}

/**
 * Releases a rejected body. Over HTTP/1 it is read and dropped for a while, since a sender may read its answer only when it
 * has sent everything. Over HTTP/2 it stays unread, and the stream is reset once the answer is out.
 */
function discard(request: IncomingMessage, limits: ReadLimits): void {
  // A mock of a request has nothing to release.
  if (request.complete || request.destroyed || typeof request.resume !== 'function') return;
  const { stream } = request as { stream?: Http2ServerRequest['stream'] };
  const close = () => void (stream === undefined ? request.destroy() : stream.close());
  const deadline = limits.deadlines.start(close);
  const over = () => limits.deadlines.cancel(deadline);
  request.on('error', ignore).once('end', over).once('close', over);
  if (stream !== undefined) {
    request.pause();
    stream.once('finish', close);
    return;
  }
  let left = DRAIN_FACTOR * limits.maxBytes;
  request.on('data', (chunk: { length?: number }) => {
    left -= chunk.length ?? left;
    if (left <= 0) close();
  });
  request.resume();
}

function ignore(): void {}
