import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { type EndpointAnswer, type NoAnswer, noAnswer, pieces, type WireRequest } from './message.js';
import type { Transport, WaitLimits } from './transport.js';

/** How much of an answer is read; the rest is canceled. */
const MAX_BODY = 256 * 1024;
/** After how many pieces timers get a turn. */
const PIECES_PER_TURN = 1_024;

/** Any absolute URL will do: nothing is connected to. `.invalid` never resolves (RFC 2606). */
const URL_IN_PROCESS = 'https://receiver.invalid/webhooks';

/** Calls a `(Request) => Response` function, with streamed bodies where a case cuts, slows or breaks off its body. */
export function functionTransport(
  handle: (request: Request) => Response | Promise<Response>,
  extra: readonly (readonly [string, string])[],
): Transport {
  async function send(message: WireRequest, limits: WaitLimits): Promise<EndpointAnswer> {
    const started = performance.now();
    const failed = (failure: NoAnswer) => noAnswer(failure, performance.now() - started);
    const waiting = new AbortController();
    const pauses = message.pauseMs * message.cuts.length;
    const limit = sleep(limits.deadline + pauses, 'timeout' as const, { signal: waiting.signal, ref: true }).catch(
      () => 'timeout' as const,
    );
    const interrupted = new Promise<'interrupted'>((resolve) => {
      limits.signal.addEventListener('abort', () => resolve('interrupted'), { once: true, signal: waiting.signal });
      if (limits.signal.aborted) resolve('interrupted');
    });
    try {
      const outcome = await Promise.race([answerOf(handle, message, extra), limit, interrupted]);
      if (outcome === 'timeout' || outcome === 'interrupted') return failed(outcome);
      return message.stopAfter === undefined
        ? { ...outcome, durationMs: performance.now() - started - pauses }
        : failed('departed');
    } catch {
      return failed(message.stopAfter === undefined ? 'threw' : 'departed');
    } finally {
      waiting.abort();
    }
  }
  return { kind: 'function', send, close() {} };
}

async function answerOf(
  handle: (request: Request) => Response | Promise<Response>,
  message: WireRequest,
  extra: readonly (readonly [string, string])[],
): Promise<Omit<EndpointAnswer, 'durationMs'>> {
  const sent = { bytes: 0 };
  const response = (await handle(toRequest(message, extra, sent))) as ResponseLike | null | undefined;
  const { status, headers, body } = response ?? {};
  if (typeof status !== 'number' || typeof headers?.forEach !== 'function') {
    throw new TypeError('The receiver function must return a Response.');
  }
  const lines: string[] = [];
  headers.forEach((value, name) => {
    lines.push(`${name}: ${value}`);
  });
  return { status, head: lines.join('\r\n'), body: await firstBytes(body), bodySent: sent.bytes };
}

/** What is used of a Response, by shape: the receiver's may be of another realm, or a library's own. */
interface ResponseLike {
  readonly status?: unknown;
  readonly headers?: { forEach(each: (value: string, name: string) => void): void } | undefined;
  readonly body?: AsyncIterable<unknown> | null | undefined;
}

async function firstBytes(body: ResponseLike['body']): Promise<Uint8Array> {
  const first = Buffer.alloc(MAX_BODY);
  let size = 0;
  let pieces = 0;
  for await (const chunk of body ?? []) {
    // A body that is always ready would keep the time limit from firing.
    if (++pieces % PIECES_PER_TURN === 0) await turn();
    const bytes = typeof chunk === 'string' || ArrayBuffer.isView(chunk) ? Buffer.from(chunk as Uint8Array) : undefined;
    if (bytes === undefined) throw new TypeError('The Response gives a body that is not bytes.');
    size += bytes.copy(first, size);
    // Leaving the loop cancels the stream.
    if (size === MAX_BODY) break;
  }
  // A copy: a report keeps its answers, and few of them fill the buffer.
  return Buffer.from(first.subarray(0, size));
}

function toRequest(
  message: WireRequest,
  extra: readonly (readonly [string, string])[],
  sent: { bytes: number },
): Request {
  const headers = new Headers();
  for (const [name, value] of [...extra, ...message.headers]) headers.append(name, value);
  const query = message.query === undefined ? '' : `?${message.query}`;
  const init: RequestInit & { duplex?: 'half' } = { method: message.method, headers };
  if (message.method !== 'GET' && message.method !== 'HEAD') {
    const streamed = message.framing === 'chunked' || message.cuts.length > 0 || message.stopAfter !== undefined;
    if (message.framing === 'length')
      headers.set('content-length', String(message.declaredLength ?? message.body.length));
    init.body = streamed ? stream(message, sent) : Uint8Array.from(message.body);
    if (streamed) init.duplex = 'half';
  }
  return new Request(URL_IN_PROCESS + query, init);
}

function stream(message: WireRequest, sent: { bytes: number }): ReadableStream<Uint8Array> {
  const parts = pieces(message).filter((piece) => piece.length > 0);
  let next = 0;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (next > 0 && message.pauseMs > 0) await sleep(message.pauseMs);
      const part = parts[next++];
      sent.bytes += part?.length ?? 0;
      if (part !== undefined) controller.enqueue(part.slice());
      else if (message.stopAfter === undefined) controller.close();
      else controller.error(new Error('The sender went away.'));
    },
  });
}
