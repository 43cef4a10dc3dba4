import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { reasonOf } from '../failure.js';
import { ByteCollector } from '../input/collect.js';

const TIMEOUT_MS = 30_000;
const MAX_ANSWER = 1024 * 1024;
// What belongs to one connection, not to the message on it.
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'expect',
  'host',
  'content-length',
]);

/** What the endpoint answered, or why it did not. */
export type Forwarded =
  | {
      readonly status: number;
      /** Names and values in turn, as they came; without those of the connection. */
      readonly headers: readonly string[];
      readonly body: Buffer;
      /** Whether the answer was longer than 1 MiB, so that its end is missing. */
      readonly cut: boolean;
      readonly durationMs: number;
    }
  | { readonly error: string; readonly durationMs: number };

export interface Forwarding {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly signal: AbortSignal;
}

/** Sends a kept or arriving request on, byte for byte. A redirect is an answer, as it is to VideoCloud. */
export async function forward({ url, method, headers, body, signal }: Forwarding): Promise<Forwarded> {
  const started = performance.now();
  const elapsed = () => Math.round((performance.now() - started) * 10) / 10;
  const limit = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const answer = await send(url, method, headers, body, AbortSignal.any([signal, limit]));
    const { bytes, cut } = await collect(answer);
    const kept = endToEnd(answer.rawHeaders, answer.headers.connection);
    return { status: answer.statusCode ?? 502, headers: kept, body: bytes, cut, durationMs: elapsed() };
  } catch (error) {
    if (signal.aborted) throw error;
    return { error: limit.aborted ? `no answer in ${TIMEOUT_MS} ms` : reasonOf(error), durationMs: elapsed() };
  }
}

function send(
  url: URL,
  method: string,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const pairs = endToEnd(Object.entries(headers).flat(), headers.connection);
  const kept: Record<string, string> = {};
  for (let at = 0; at + 1 < pairs.length; at += 2) kept[pairs[at] ?? ''] = pairs[at + 1] ?? '';
  const make = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const outgoing = make(
      url,
      { method, signal, headers: { ...kept, 'content-length': String(body.length) } },
      resolve,
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Leaves out the headers of the connection, and those that its Connection header names. */
function endToEnd(pairs: readonly string[], connection: string | undefined): string[] {
  const named = new Set((connection ?? '').toLowerCase().split(/[\s,]+/));
  const kept: string[] = [];
  for (let at = 0; at + 1 < pairs.length; at += 2) {
    const name = (pairs[at] ?? '').toLowerCase();
    if (!HOP_BY_HOP.has(name) && !named.has(name)) kept.push(pairs[at] ?? '', pairs[at + 1] ?? '');
  }
  return kept;
}

async function collect(answer: IncomingMessage): Promise<{ bytes: Buffer; cut: boolean }> {
  const collected = new ByteCollector();
  for await (const piece of answer) {
    collected.add(piece as Buffer);
    if (collected.length > MAX_ANSWER) return { bytes: collected.take().subarray(0, MAX_ANSWER), cut: true };
  }
  return { bytes: collected.take(), cut: false };
}
