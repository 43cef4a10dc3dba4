import type { IncomingMessage, ServerResponse } from 'node:http';
import { SIGNATURE_HEADER } from '../protocol/header.js';
import type { Admission } from '../receiver/admission.js';
import { JSON_HEADERS, type Outcome, RECEIVED } from '../receiver/outcome.js';

// By far the most frequent answer, ready made.
const RECEIVED_HEADERS = { ...JSON_HEADERS, 'content-length': RECEIVED.length };

/** What body parsers in front of us may have left on the request. */
export type NodeRequest = IncomingMessage & { body?: unknown; rawBody?: unknown };

/**
 * Calls `done` once with the raw bytes of a Node request, or with the outcome when they are not to be had. When the
 * client goes away first, `done` is not called: there is nobody to answer.
 */
export function readNodeBody(
  admission: Admission,
  request: NodeRequest,
  hint: string,
  done: (body: Uint8Array | Outcome) => void,
): void {
  const { headers } = request;
  const refusal = admission.refuseHead(request.method, headers['content-encoding'], headers['content-length']);
  if (refusal !== null) {
    discard(admission, request);
    done(refusal);
    return;
  }
  const given = bufferOf(request.rawBody) ?? bufferOf(request.body);
  if (given !== undefined) done(given);
  // Express 4 leaves `body = {}` on an unread stream, so the stream is what tells.
  else if (request.readableDidRead || request.readableEnded) done(admission.refuseParsed(hint));
  // After setEncoding() the stream gives text: the bytes are gone where they were not of that encoding.
  else if (typeof request.readableEncoding === 'string') {
    discard(admission, request);
    done(admission.refuseParsed(hint));
  } else readStream(admission, request, done);
}

function readStream(admission: Admission, request: NodeRequest, done: (body: Uint8Array | Outcome) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  // A flag rather than taking the listeners off again: that costs more than the rest of this function.
  let settled = false;
  const settle = (): boolean => {
    if (settled) return false;
    settled = true;
    admission.bodyDeadlines.cancel(deadline);
    return true;
  };
  const refuse = (code: 'body_too_large' | 'body_timeout') => {
    if (!settle()) return;
    done(admission.refuseBody(code));
    discard(admission, request);
  };
  const deadline = admission.bodyDeadlines.start(() => refuse('body_timeout'));
  request
    // Also after we are done: a reset must not become an unhandled 'error' event.
    .on('error', ignore)
    .on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > admission.settings.maxBodyBytes) refuse('body_too_large');
      else if (!settled) chunks.push(chunk);
    })
    .on('end', () => {
      const [only] = chunks;
      if (settle()) done(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, size));
    })
    .on('close', settle);
  // What was paused on purpose, to be kept for us, does not begin to flow by a listener.
  if (request.readableFlowing === false) request.resume();
}

/** Lets the rest of an unwanted body run into the sand, but not for ever. */
function discard(admission: Admission, request: IncomingMessage): void {
  if (request.complete || request.destroyed) return;
  const deadline = admission.bodyDeadlines.start(() => request.destroy());
  const over = () => admission.bodyDeadlines.cancel(deadline);
  request.on('error', ignore).once('end', over).once('close', over).resume();
}

function ignore(): void {}

function bufferOf(value: unknown): Uint8Array | undefined {
  return value instanceof Uint8Array ? value : undefined;
}

/** The signature header as Node gives it. */
export function nodeSignature(request: IncomingMessage): unknown {
  return request.headers[SIGNATURE_HEADER];
}

/** Writes an outcome; the length is given so that Node need not chunk. */
export function writeOutcome(response: ServerResponse, { status, headers, body }: Outcome): void {
  if (response.headersSent || response.destroyed) return;
  if (headers === JSON_HEADERS && body === RECEIVED) response.writeHead(status, RECEIVED_HEADERS);
  else response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
