import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { ByteCollector } from '@videocloud/local-web/byte-collector';
import { rejectsDelivery } from '@videocloud/local-web/rejection';
import { RETRY_DELAYS_MS } from '@videocloud/webhooks/protocol';
import { reasonOf } from './failure.js';

const DEFAULT_TIMEOUT_MS = 30_000;
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

/** What the endpoint answered, or why there is no answer. */
export type Answer =
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

export interface Sending {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly signal: AbortSignal;
  /** How long to wait for the answer; 30 s by default. */
  readonly timeoutMs?: number;
}

/**
 * Sends a request of exact bytes. A redirect is an answer, as it is to VideoCloud.
 *
 * Not `fetch`, which refuses some ports of endpoints and adds headers of browsers.
 */
export async function send({
  url,
  method,
  headers,
  body,
  signal,
  timeoutMs = DEFAULT_TIMEOUT_MS,
}: Sending): Promise<Answer> {
  const started = performance.now();
  const elapsed = () => Math.round((performance.now() - started) * 10) / 10;
  const limit = AbortSignal.timeout(timeoutMs);
  try {
    const answer = await request(url, method, headers, body, AbortSignal.any([signal, limit]));
    const { bytes, cut } = await collect(answer);
    const kept = endToEnd(answer.rawHeaders, answer.headers.connection);
    return { status: answer.statusCode ?? 502, headers: kept, body: bytes, cut, durationMs: elapsed() };
  } catch (error) {
    if (signal.aborted) throw error;
    return { error: limit.aborted ? `no answer in ${timeoutMs} ms` : reasonOf(error), durationMs: elapsed() };
  }
}

function request(
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
    const refuse = (status: number, connection: { destroy(): unknown }) => {
      connection.destroy();
      reject(new Error(`an answer with the status ${status}, which is none`));
    };
    const outgoing = make(
      url,
      { method, signal, headers: { ...kept, 'content-length': String(body.length) } },
      (answer) => {
        const { statusCode = 0 } = answer;
        if (statusCode >= 200) resolve(answer);
        else refuse(statusCode, answer);
      },
    );
    outgoing.on('error', reject);
    // Nobody asked for another protocol. Without a listener Node would drop the connection and report nothing.
    outgoing.on('upgrade', (_answer, socket) => refuse(101, socket));
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

const SCHEDULE = RETRY_DELAYS_MS.map((delay) => delay / 60_000);
const RETRIES = `VideoCloud would try again after ${SCHEDULE.slice(0, -1).join(', ')} and ${SCHEDULE.at(-1)} minutes, then switch the webhook off`;

/** What an answer means for a delivery of VideoCloud. */
export function meaningOf(answer: Answer): string {
  if ('error' in answer) return `a failed attempt: ${RETRIES}`;
  if (isSuccess(answer)) return 'delivered: VideoCloud would not send it again';
  if (answer.status === 409)
    return 'another copy is being handled: VideoCloud would try again, and get 200 once that is done';
  return answer.status >= 300 && answer.status < 400 ? `redirects are not followed: ${RETRIES}` : RETRIES;
}

/** What an answer means for a delivery that was tampered with: it must be refused. */
export function meaningOfForgery(answer: Answer): string {
  if ('error' in answer) return 'no answer: nothing is known';
  if (isSuccess(answer)) return 'ACCEPTED A FORGERY: the endpoint does not verify the raw bytes';
  if (isRefusal(answer)) return 'refused, as it must be';
  return `nothing is proven: ${answer.status} does not refuse the signature (401 does)`;
}

/** Whether the answer refuses a delivery for what it is, as a receiver answers a forgery. */
export function isRefusal(answer: Answer): boolean {
  return 'status' in answer && rejectsDelivery(answer.status);
}

/** Whether VideoCloud would take the answer for a delivery. */
export function isSuccess(answer: Answer): boolean {
  return 'status' in answer && answer.status >= 200 && answer.status < 300;
}
