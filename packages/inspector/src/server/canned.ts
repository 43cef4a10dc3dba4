import type { Handler } from 'hono';

/** Where the built-in endpoint is; its query describes the answer. */
export const CANNED_PATH = '/canned';

/** What node-server hands to a handler: absent when `fetch` is called otherwise. */
export interface Env {
  Bindings: { readonly incoming?: { readonly socket: { destroy(): void } } };
}

interface Answer {
  readonly status: number;
  readonly delayMs: number;
  /** Milliseconds between two bytes of the body; 0 sends it at once. */
  readonly dripMs: number;
  readonly drop: boolean;
  readonly body: string;
}

const MOST_DELAY_MS = 60_000;
const MOST_DRIP_MS = 10_000;
const MOST_BODY = 1_000;
// Requests that may wait for the end of their answer at a time.
const MOST_WAITING = 256;
const NO_BODY: ReadonlySet<number> = new Set([204, 205, 304]);
/** Marks the answers of this endpoint: nothing about a signature follows from their status. */
export const CANNED_HEADER = 'x-inspector-canned';
const HEADERS = { [CANNED_HEADER]: '1', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

/**
 * An endpoint that answers as its address asks, such as `/canned?status=503&delay=2000`. It verifies nothing. Pages of other origins are
 * refused, and so are requests beyond 256 at a time.
 */
export function cannedAnswers(): Handler<Env> {
  let waiting = 0;
  return async (c) => {
    if (c.req.method !== 'POST') return plain('Send a POST here.', 405, { allow: 'POST' });
    if (c.req.header('origin') !== undefined || c.req.header('sec-fetch-site') !== undefined)
      return plain('Requests of web pages are refused.', 403);
    const answer = answerOf(new URL(c.req.url).searchParams);
    if (typeof answer === 'string') return plain(answer, 400);
    if (waiting >= MOST_WAITING) return plain('Too many requests wait for an answer.', 503);
    waiting += 1;
    const end = () => {
      waiting -= 1;
    };
    let drips = false;
    try {
      // An endless body costs no more than a short one.
      await c.req.raw.body?.cancel();
      await pause(answer.delayMs, c.req.raw.signal);
      if (answer.drop) {
        c.env.incoming?.socket.destroy();
        return plain('Dropped.', 502);
      }
      if (NO_BODY.has(answer.status)) return new Response(null, { status: answer.status, headers: HEADERS });
      const type = isJson(answer.body) ? 'application/json' : 'text/plain; charset=utf-8';
      drips = answer.dripMs > 0;
      const body = drips ? dripped(answer.body, answer.dripMs, c.req.raw.signal, end) : answer.body;
      return new Response(body, { status: answer.status, headers: { ...HEADERS, 'content-type': type } });
    } finally {
      if (!drips) end();
    }
  };
}

function answerOf(query: URLSearchParams): Answer | string {
  const status = number(query, 'status', 200, 200, 599);
  const delayMs = number(query, 'delay', 0, 0, MOST_DELAY_MS);
  const dripMs = number(query, 'drip', 0, 0, MOST_DRIP_MS);
  const body = query.get('body') ?? '{"received":true}';
  if (status === undefined) return 'status must be an integer from 200 to 599.';
  if (delayMs === undefined) return `delay must be an integer from 0 to ${MOST_DELAY_MS} milliseconds.`;
  if (dripMs === undefined) return `drip must be an integer from 0 to ${MOST_DRIP_MS} milliseconds.`;
  if (body.length > MOST_BODY) return `body must not be longer than ${MOST_BODY} characters.`;
  return { status, delayMs, dripMs, body, drop: query.has('drop') };
}

function number(query: URLSearchParams, name: string, otherwise: number, min: number, max: number): number | undefined {
  const text = query.get(name) ?? String(otherwise);
  const value = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  return value >= min && value <= max ? value : undefined;
}

/** Waits; a client that leaves ends the wait. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (ms === 0 || signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms).unref();
    signal.addEventListener('abort', done);
  });
}

/** One byte at a time; `onEnd` is called once, when all were read or the client has left. */
function dripped(text: string, everyMs: number, signal: AbortSignal, onEnd: () => void): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  let left = false;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        await pause(everyMs, signal);
        if (left) return;
        if (at < bytes.length && !signal.aborted) return controller.enqueue(bytes.subarray(at, ++at));
        onEnd();
        controller.close();
      },
      cancel() {
        left = true;
        onEnd();
      },
    },
    { highWaterMark: 0 },
  );
}

const plain = (text: string, status: number, headers: Record<string, string> = {}): Response =>
  new Response(`${text}\n`, {
    status,
    headers: { ...HEADERS, ...headers, 'content-type': 'text/plain; charset=utf-8' },
  });

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
