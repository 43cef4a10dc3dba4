import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { ByteCollector } from '@videocloud/local-web/byte-collector';
import { type Verification, verify } from '@videocloud/webhooks';
import { type Cause, diagnose } from '@videocloud/webhooks/doctor';
import { reasonOf } from '../../failure.js';
import { type Answer, send } from '../../send.js';
import type { RequestLog } from './log.js';

const MAX_BODY = 1024 * 1024;
const MAX_CONNECTIONS = 256;
// Whoever opens all of them and stalls keeps others out no longer than this.
const TIMEOUTS = { headersTimeout: 10_000, requestTimeout: 15_000, connectionsCheckingInterval: 1_000 };
// A diagnosis takes up to a fifth of a second: strangers must not make a long queue of them.
const MAX_WAITING = 16;
// How long the rest of a rejected body is read, so that the answer can arrive.
const DRAIN_MS = 1_000;

/** A request and what became of it. */
export interface Seen {
  /** Its number in the log; null where it could not be kept. */
  readonly id: number | null;
  readonly time: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly event: string | null;
  readonly verdict: string;
  readonly causes: readonly Cause[];
  readonly status: number;
  readonly durationMs: number;
  readonly forwardError?: string;
}

export interface ListenerOptions {
  readonly secrets: readonly string[];
  readonly log: RequestLog | undefined;
  readonly forwardTo: URL | undefined;
  readonly signal: AbortSignal;
  readonly onSeen: (seen: Seen) => void;
  /** A problem that is not the sender's: the log cannot be written, an answer was cut. */
  readonly onTrouble: (message: string) => void;
}

/**
 * A receiver that verifies, keeps, forwards and diagnoses. It answers as the forwarded endpoint does, else 200 or 401.
 *
 * Each request is answered before it is diagnosed, so that nobody who sends bad requests can keep others waiting.
 */
export function createListener(options: ListenerOptions): Server {
  let tail: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  // One after the other: the lines come in the order of the requests.
  const report = (seen: Omit<Seen, 'causes'>, wrong: boolean) => {
    const skip = wrong && waiting >= MAX_WAITING;
    if (skip) options.onTrouble('too many invalid requests at once: one of them is not diagnosed');
    waiting++;
    const turn = async () => {
      waiting--;
      if (options.signal.aborted) return;
      options.onSeen({ ...seen, causes: wrong && !skip ? await causesOf(seen, options.secrets) : [] });
    };
    tail = tail.then(turn).catch((error: unknown) => options.onTrouble(`a request is not shown: ${reasonOf(error)}`));
  };
  const server = createServer(TIMEOUTS, (request, response) => {
    handle(request, response, options, report).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500);
      response.end();
      if (!request.destroyed && !options.signal.aborted) options.onTrouble(`a request failed: ${reasonOf(error)}`);
    });
  });
  server.maxConnections = MAX_CONNECTIONS;
  return server;
}

async function causesOf(
  { body, headers }: Omit<Seen, 'causes'>,
  secrets: readonly string[],
): Promise<readonly Cause[]> {
  return (await diagnose({ body, signature: headers['x-videocloud-signature'], secrets, headers })).causes;
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  options: ListenerOptions,
  report: (seen: Omit<Seen, 'causes'>, wrong: boolean) => void,
): Promise<void> {
  const started = performance.now();
  const body = await bodyOf(request);
  const headers = headersOf(request);
  const base = {
    time: new Date().toISOString(),
    method: request.method ?? 'POST',
    path: request.url ?? '/',
    headers,
    body: body ?? Buffer.alloc(0),
  };
  const elapsed = () => Math.round((performance.now() - started) * 10) / 10;
  if (body === undefined) {
    reject(request, response);
    report({ ...base, id: null, event: null, verdict: 'body_too_large', status: 413, durationMs: elapsed() }, false);
    return;
  }
  const verdict = await verify(body, headers['x-videocloud-signature'], options.secrets);
  const id = keep(base, options);
  const { status, forwardError } = await answer(response, base, verdict, options);
  report(
    {
      ...base,
      id,
      event: eventOf(body),
      verdict: verdict.ok ? 'valid' : verdict.code,
      status,
      durationMs: elapsed(),
      ...(forwardError === undefined ? {} : { forwardError }),
    },
    !verdict.ok,
  );
}

function keep(entry: Parameters<RequestLog['add']>[0], { log, onTrouble }: ListenerOptions): number | null {
  try {
    return log?.add(entry) ?? null;
  } catch (error) {
    onTrouble(`a request could not be kept in the log: ${reasonOf(error)}`);
    return null;
  }
}

async function answer(
  response: ServerResponse,
  { method, headers, body }: Pick<Seen, 'method' | 'headers' | 'body'>,
  verdict: Verification,
  { forwardTo, signal, onTrouble }: ListenerOptions,
): Promise<{ status: number; forwardError?: string }> {
  if (forwardTo === undefined) {
    const status = verdict.ok ? 200 : 401;
    reply(response, status, verdict.ok ? undefined : verdict.code);
    return { status };
  }
  const forwarded: Answer = await send({ url: forwardTo, method, headers, body, signal });
  if ('error' in forwarded) {
    reply(response, 502, 'forward_failed');
    return { status: 502, forwardError: forwarded.error };
  }
  if (forwarded.cut) onTrouble('the answer of the endpoint is over 1 MiB: the rest was cut');
  response.writeHead(forwarded.status, [...forwarded.headers]).end(forwarded.body);
  return { status: forwarded.status };
}

function reply(response: ServerResponse, status: number, code: string | undefined): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(code === undefined ? { received: true } : { error: { code } }));
}

function reject(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('connection', 'close');
  reply(response, 413, 'body_too_large');
  request.resume();
  setTimeout(() => request.destroy(), DRAIN_MS).unref();
}

/** The whole body; undefined as soon as it is too long. */
function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const collected = new ByteCollector();
  return new Promise((resolve, reject) => {
    request.on('data', (piece: Buffer) => {
      if (collected.length + piece.length > MAX_BODY) resolve(undefined);
      else collected.add(piece);
    });
    request.on('end', () => resolve(collected.take()));
    request.on('error', reject);
    request.on('close', () => reject(new Error('the sender went away')));
  });
}

function headersOf(request: IncomingMessage): Record<string, string> {
  const pairs = Object.entries(request.headersDistinct);
  return Object.fromEntries(pairs.map(([name, values]) => [name, (values ?? []).join(', ')]));
}

function eventOf(body: Buffer): string | null {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    const name: unknown = typeof value === 'object' && value !== null && 'event' in value ? value.event : undefined;
    return typeof name === 'string' ? name : null;
  } catch {
    return null;
  }
}
