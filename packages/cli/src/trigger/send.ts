import { reasonOf } from '../failure.js';

export interface Sending {
  readonly url: URL;
  readonly body: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export type Answer =
  | { readonly status: number; readonly durationMs: number; readonly body: string }
  | { readonly error: string; readonly durationMs: number };

const MAX_ANSWER = 64 * 1024;

/** One POST of exact bytes; a redirect is an answer, as it is to VideoCloud. */
export async function send({ url, body, headers, timeoutMs, signal }: Sending): Promise<Answer> {
  const started = performance.now();
  const elapsed = () => Math.round((performance.now() - started) * 10) / 10;
  const limit = AbortSignal.timeout(timeoutMs);
  try {
    const init = { method: 'POST', headers, body: Uint8Array.from(body), redirect: 'manual' } as const;
    const response = await fetch(url, { ...init, signal: AbortSignal.any([signal, limit]) });
    const answer = await textOf(response);
    return { status: response.status, durationMs: elapsed(), body: answer };
  } catch (error) {
    if (signal.aborted) throw error;
    return { error: limit.aborted ? `no answer in ${timeoutMs} ms` : reasonOf(error), durationMs: elapsed() };
  }
}

async function textOf(response: Response): Promise<string> {
  if (response.body === null) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= MAX_ANSWER) break;
  }
  return Buffer.concat(chunks).subarray(0, MAX_ANSWER).toString('utf8');
}

/** What an answer means for a delivery of VideoCloud. */
export function meaningOf(answer: Answer): string {
  const again = 'VideoCloud would try again after 1, 5, 15, 30 and 60 minutes, then switch the webhook off';
  if ('error' in answer) return `a failed attempt: ${again}`;
  if (answer.status >= 200 && answer.status < 300) return 'delivered: VideoCloud would not send it again';
  return answer.status >= 300 && answer.status < 400 ? `redirects are not followed: ${again}` : again;
}
