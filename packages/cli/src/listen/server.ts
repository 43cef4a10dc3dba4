import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { verify } from '@videocloud/webhooks';
import { type Cause, diagnose } from '@videocloud/webhooks/doctor';
import { type Answer, send } from '../trigger/send.js';
import type { RequestLog } from './log.js';

const MAX_BODY = 1024 * 1024;
const FORWARD_TIMEOUT = 30_000;
// What belongs to one connection, not to the delivery.
const HOP = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'host',
  'expect',
  'upgrade',
  'te',
  'trailer',
  'proxy-connection',
]);

/** A request and what became of it. */
export interface Seen {
  readonly id: number;
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
  readonly log: RequestLog;
  readonly forwardTo: URL | undefined;
  readonly signal: AbortSignal;
  readonly onSeen: (seen: Seen) => void;
}

/** A receiver that verifies, diagnoses, keeps and forwards; it answers as the forwarded endpoint does, else 200 or 401. */
export function createListener(options: ListenerOptions): Server {
  return createServer((request, response) => {
    handle(request, response, options).catch(() => {
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
}

async function handle(request: IncomingMessage, response: ServerResponse, options: ListenerOptions): Promise<void> {
  const started = performance.now();
  const body = await bodyOf(request);
  if (body === undefined) {
    answer(response, 413, 'body_too_large');
    return;
  }
  const { secrets, log, forwardTo } = options;
  const headers = headersOf(request);
  const signature = headers['x-videocloud-signature'];
  const verdict = await verify(body, signature, secrets);
  const causes = verdict.ok ? [] : (await diagnose({ body, signature, secrets, headers })).causes;
  const base = {
    time: new Date().toISOString(),
    method: request.method ?? 'POST',
    path: request.url ?? '/',
    headers,
    body,
  };
  const id = log.add(base);
  let status = verdict.ok ? 200 : 401;
  let forwardError: string | undefined;
  const forwarded = forwardTo === undefined ? undefined : await forward(forwardTo, headers, body, options.signal);
  if (forwarded === undefined) answer(response, status, verdict.ok ? undefined : verdict.code);
  else if ('error' in forwarded) {
    status = 502;
    forwardError = forwarded.error;
    answer(response, status, 'forward_failed');
  } else {
    status = forwarded.status;
    response.writeHead(status).end(forwarded.body);
  }
  options.onSeen({
    ...base,
    id,
    event: eventOf(body),
    verdict: verdict.ok ? 'valid' : verdict.code,
    causes,
    status,
    durationMs: Math.round((performance.now() - started) * 10) / 10,
    ...(forwardError === undefined ? {} : { forwardError }),
  });
}

function answer(response: ServerResponse, status: number, code: string | undefined): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(code === undefined ? { received: true } : { error: { code } }));
}

async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MAX_BODY) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function headersOf(request: IncomingMessage): Record<string, string> {
  const pairs = Object.entries(request.headersDistinct);
  return Object.fromEntries(pairs.map(([name, values]) => [name, (values ?? []).join(', ')]));
}

/** Sends a kept or arriving request on, byte for byte. */
export function forward(
  url: URL,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
  signal: AbortSignal,
): Promise<Answer> {
  const kept = Object.entries(headers).filter(([name]) => !HOP.has(name));
  return send({ url, body, headers: Object.fromEntries(kept), timeoutMs: FORWARD_TIMEOUT, signal });
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
