import type { Outcome } from '../receiver/outcome.js';
import { TIMED_OUT, withTimeout } from '../receiver/timeouts.js';
import { isArrayBuffer, isBytes } from '../signature/bytes.js';
import { BodyBuffer } from './body-buffer.js';
import {
  type BodyRead,
  DRAIN_FACTOR,
  declaredLength,
  type IncomingRequest,
  type ReadLimits,
} from './incoming-request.js';

/** After how many pieces timers get a turn: a source that is always ready would keep the body timeout from firing. */
const PIECES_PER_TURN = 4_096;

/** How long a read may still take after the signal was aborted: what has arrived is read in less. */
const ABORT_GRACE_MS = 100;

/**
 * The longest body that `@hono/node-server` may collect itself: it keeps each piece apart, which takes 700 bytes for one of
 * one byte, and a sender chooses the pieces.
 */
const MAX_COLLECTED_BYTES = 10_000;

/** The part of `@hono/node-server`'s environment that is used here. */
interface NodeServerEnv {
  readonly incoming?: { readonly httpVersionMajor?: unknown; readonly readableDidRead?: unknown; destroyed?: unknown };
}

/** A Fetch request, for the receiver. A class, because one is made for every delivery. */
export class FetchIncoming implements IncomingRequest {
  readonly #request: Request;
  readonly #platform: unknown;
  readonly hint: string;
  readonly #readEnv: (() => unknown) | undefined;

  /**
   * @param platform what the server gave beside the request; some give their Node request there
   * @param readEnv gives `context.env`; without it that is `platform`
   * @param hint the fix when the body was read already
   */
  constructor(request: Request, platform: unknown, readEnv: (() => unknown) | undefined, hint: string) {
    this.#request = request;
    this.#platform = platform;
    this.#readEnv = readEnv;
    this.hint = hint;
  }

  get method(): string {
    return this.#request.method;
  }

  env(): unknown {
    return this.#readEnv === undefined ? this.#platform : this.#readEnv();
  }

  header(name: string): string | null {
    return this.#request.headers.get(name);
  }

  headers(): Headers {
    return this.#request.headers;
  }

  read(limits: ReadLimits): BodyRead | Promise<BodyRead> {
    const request = this.#request;
    const incoming = (this.#platform as NodeServerEnv | null | undefined)?.incoming;
    // `@hono/node-server`'s own request, over HTTP/1 with a short declared length. Node then gives no more bytes than
    // declared, and `arrayBuffer()` is several times faster than `body`, which makes that server build a real Request.
    if (
      incoming?.httpVersionMajor === 1 &&
      incoming.readableDidRead === false &&
      declaredLength(request.headers.get('content-length')) <= MAX_COLLECTED_BYTES &&
      // A Request that a middleware put in its place comes from a class; the server's stand-in does not.
      !Object.hasOwn(Object.getPrototypeOf(request), 'constructor')
    ) {
      // A failure of the connection destroys `incoming`; any other one means that somebody else holds the body.
      return this.#readWhole(limits, () => (incoming.destroyed ? 'body_aborted' : 'body_already_parsed'));
    }
    if (request.bodyUsed) return 'body_already_parsed';
    const { body } = request;
    if (body === null) return new Uint8Array();
    // A Request without streams, a polyfill's, holds its body in memory already.
    if (typeof body?.getReader !== 'function') return this.#readWhole(limits, () => 'body_aborted');
    return body.locked ? 'body_already_parsed' : this.#readStream(body.getReader(), limits);
  }

  // The server that made the request ends it: canceling here would reset the connection under the answer.
  discard(): void {}

  /** Called with the body once it is read; returns the bytes for the receiver, which nobody else may write to. */
  protected keep(bytes: Uint8Array): Uint8Array {
    return bytes;
  }

  async #readWhole(limits: ReadLimits, failure: () => BodyRead): Promise<BodyRead> {
    try {
      const body: unknown = await withTimeout(limits.deadlines, this.#request.arrayBuffer());
      // The signal only now: where a server makes it on demand, that costs more than reading the body.
      if (body === TIMED_OUT) return this.#request.signal?.aborted ? 'body_aborted' : 'body_timeout';
      if (!isArrayBuffer(body)) return 'body_already_parsed';
      if (body.byteLength > limits.maxBytes) return 'body_too_large';
      return this.keep(new Uint8Array(body));
    } catch {
      return failure();
    }
  }

  async #readStream(reader: ReadableStreamDefaultReader<unknown>, limits: ReadLimits): Promise<BodyRead> {
    const body = new BodyBuffer(limits.maxBytes);
    let failure: BodyRead | undefined;
    // Not awaited: a source that hangs may never finish canceling either.
    const cancel = () => void reader.cancel().catch(() => undefined);
    const fail = (read: BodyRead) => {
      failure ??= read;
      cancel();
    };
    const deadline = limits.deadlines.start(() => fail('body_timeout'));
    const { signal } = this.#request;
    // Not at once: srvx 0.8, below Nitro 3, aborts the signal when the whole body has arrived.
    let grace: ReturnType<typeof setTimeout> | undefined;
    const gone = () => {
      grace = setTimeout(fail, ABORT_GRACE_MS, 'body_aborted');
    };
    if (signal?.aborted) gone();
    else signal?.addEventListener('abort', gone);
    try {
      await readPieces(reader, (piece) => {
        if (!isBytes(piece)) fail('body_already_parsed');
        else if (!body.add(piece)) {
          failure ??= 'body_too_large';
          void drain(reader, limits, cancel);
        }
        return failure === undefined;
      });
    } catch {
      failure ??= 'body_aborted';
    } finally {
      limits.deadlines.cancel(deadline);
      clearTimeout(grace);
      signal?.removeEventListener('abort', gone);
    }
    return failure ?? this.keep(body.bytes());
  }
}

export function toResponse({ body, status, headers }: Outcome): Response {
  // A copy: @hono/node-server writes a Content-Length into the very object it is given, and ours is shared and frozen.
  return new Response(body, { status, headers: { ...headers } });
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
    await readPieces(reader, (piece) => {
      left -= isBytes(piece) ? piece.byteLength : left;
      return left > 0;
    });
    cancel();
  } catch {
    // The source failed: nothing is left to read.
  } finally {
    limits.deadlines.cancel(deadline);
  }
}

/** Reads pieces until there are no more, or `take` gives false. */
async function readPieces(
  reader: ReadableStreamDefaultReader<unknown>,
  take: (piece: unknown) => boolean,
): Promise<void> {
  for (let pieces = 1; ; pieces++) {
    if (pieces % PIECES_PER_TURN === 0) await new Promise((resolve) => setTimeout(resolve, 0));
    const { done, value } = await reader.read();
    if (done || !take(value)) return;
  }
}
