import type { Context } from 'hono';
import { type BodyRead, declaredLength, type IncomingRequest, type ReadLimits } from '../receiver/request.js';
import { TIMED_OUT, withTimeout } from '../receiver/timeouts.js';
import { isArrayBuffer } from '../signature/bytes.js';
import { fetchRequest } from './fetch.js';

/** The cache behind `c.req.json()`, `text()` and so on: what was read first, under the name of its method. */
type BodyCache = Partial<Record<string, unknown>>;

/** A Hono request, for the receiver: a body that Hono has cached as bytes is used, and ours is cached for what runs later. */
export function honoRequest(c: Context, hint: string): IncomingRequest {
  const request = fetchRequest(c.req.raw, c.env, hint);
  return {
    ...request,
    async read(limits) {
      const cache = c.req.bodyCache as BodyCache;
      const cached = await readCache(cache, request, limits);
      if (cached !== undefined) return cached;
      const read = await request.read(limits);
      // A copy: whoever reads the body there may write to it.
      if (read.ok) cache.arrayBuffer = Promise.resolve(new Uint8Array(read.bytes).buffer);
      return read;
    },
  };
}

/** The body as Hono has cached it; undefined where nothing faithful is cached. */
async function readCache(
  cache: BodyCache,
  request: IncomingRequest,
  limits: ReadLimits,
): Promise<BodyRead | undefined> {
  const cached = cache.arrayBuffer ?? cache.text;
  if (cached === undefined) return undefined;
  try {
    const body = await withTimeout(limits.deadlines, cached);
    if (body === TIMED_OUT) return { ok: false, code: 'body_timeout' };
    const bytes = typeof body === 'string' ? encodeFaithfully(body, request) : isArrayBuffer(body) && copyOf(body);
    if (!bytes) return undefined;
    return bytes.byteLength > limits.maxBytes ? { ok: false, code: 'body_too_large' } : { ok: true, bytes };
  } catch {
    return { ok: false, code: 'body_aborted' };
  }
}

function copyOf(body: ArrayBuffer): Uint8Array {
  return Uint8Array.from(new Uint8Array(body));
}

/**
 * The bytes that a text was decoded from, where that is certain: decoding drops a byte order mark, which the declared
 * length shows, and writes U+FFFD for bytes that are not UTF-8.
 */
function encodeFaithfully(text: string, request: IncomingRequest): Uint8Array | undefined {
  if (text.includes('\uFFFD')) return undefined;
  const bytes = new TextEncoder().encode(text);
  return bytes.byteLength === declaredLength(request.header('content-length')) ? bytes : undefined;
}
