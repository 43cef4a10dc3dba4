import { timestampOf } from '../clock.js';
import type { ProbeRecord, ProbeRequest } from '../types.js';
import type { Transport } from './transport.js';

/** One request outside of every delivery; see `Sender.probe`. */
export async function probe(transport: Transport, request: ProbeRequest, now: number): Promise<ProbeRecord> {
  const url = URL.canParse(request.url) ? new URL(request.url) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') throw new TypeError('probe: url must be http or https');
  const headers = { ...request.headers };
  const body = Uint8Array.from(request.body);
  const began = performance.now();
  const { response, error } = await transport.send(url, headers, body);
  return {
    startedAt: timestampOf(now),
    durationMs: performance.now() - began,
    request: { url: request.url, headers, body },
    ...(response && {
      response: { ...response, headers: JSON.parse(response.headers) as Record<string, string | string[]> },
    }),
    ...(error && { error: { code: error.code, message: error.message } }),
  };
}
