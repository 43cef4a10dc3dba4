import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, type NoAnswer, noAnswer, pieces, type WireRequest } from './message.js';
import type { Patience, Transport } from './transport.js';

/** Any absolute URL will do: nothing is connected to. `.invalid` never resolves (RFC 2606). */
const URL_IN_PROCESS = 'https://receiver.invalid/webhooks';

/** Calls a `(Request) => Response` function, with streamed bodies where a case cuts, slows or breaks off its body. */
export function functionTransport(
  handle: (request: Request) => Response | Promise<Response>,
  extra: readonly (readonly [string, string])[],
): Transport {
  async function send(message: WireRequest, patience: Patience): Promise<Answer> {
    const started = performance.now();
    const failed = (failure: NoAnswer) => noAnswer(failure, performance.now() - started);
    const waiting = new AbortController();
    const pauses = message.pauseMs * message.cuts.length;
    const limit = sleep(patience.deadline + pauses, 'timeout' as const, { signal: waiting.signal, ref: true }).catch(
      () => 'timeout' as const,
    );
    const interrupted = new Promise<'interrupted'>((resolve) => {
      patience.signal.addEventListener('abort', () => resolve('interrupted'), { once: true, signal: waiting.signal });
      if (patience.signal.aborted) resolve('interrupted');
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
): Promise<Omit<Answer, 'durationMs'>> {
  const response: unknown = await handle(toRequest(message, extra));
  if (!(response instanceof Response)) throw new TypeError('The receiver function must return a Response.');
  const body = new Uint8Array(await response.arrayBuffer());
  const head = [...response.headers].map(([name, value]) => `${name}: ${value}`).join('\r\n');
  return { status: response.status, head, body };
}

function toRequest(message: WireRequest, extra: readonly (readonly [string, string])[]): Request {
  const headers = new Headers();
  for (const [name, value] of [...extra, ...message.headers]) headers.append(name, value);
  const query = message.query === undefined ? '' : `?${message.query}`;
  const init: RequestInit & { duplex?: 'half' } = { method: message.method, headers };
  if (message.method !== 'GET' && message.method !== 'HEAD') {
    const streamed = message.framing === 'chunked' || message.cuts.length > 0 || message.stopAfter !== undefined;
    if (message.framing === 'length')
      headers.set('content-length', String(message.declaredLength ?? message.body.length));
    init.body = streamed ? stream(message) : Uint8Array.from(message.body);
    if (streamed) init.duplex = 'half';
  }
  return new Request(URL_IN_PROCESS + query, init);
}

function stream(message: WireRequest): ReadableStream<Uint8Array> {
  const parts = pieces(message).filter((piece) => piece.length > 0);
  let next = 0;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (next > 0 && message.pauseMs > 0) await sleep(message.pauseMs);
      const part = parts[next++];
      if (part !== undefined) controller.enqueue(Uint8Array.from(part));
      else if (message.stopAfter === undefined) controller.close();
      else controller.error(new Error('The sender went away.'));
    },
  });
}
