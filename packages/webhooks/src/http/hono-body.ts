import type { Context } from 'hono';
import { TIMED_OUT, withTimeout } from '../receiver/timeouts.js';
import { isArrayBuffer } from '../signature/bytes.js';
import { FetchIncoming } from './fetch.js';
import { type BodyRead, declaredLength, type IncomingRequest, type ReadLimits } from './incoming-request.js';

/** The cache behind `c.req.json()`, `text()` and so on: what was read first, under the name of its method. */
type BodyCache = Partial<Record<string, unknown>>;

/** A Hono request, for the receiver: a body that Hono has cached as bytes is used, and ours is cached for what runs later. */
export class HonoIncoming extends FetchIncoming {
  readonly #cache: BodyCache;

  constructor(c: Context, readEnv: (() => unknown) | undefined, hint: string) {
    super(c.req.raw, c.env, readEnv, hint);
    this.#cache = c.req.bodyCache as BodyCache;
  }

  override read(limits: ReadLimits): BodyRead | Promise<BodyRead> {
    const cached = this.#cache.arrayBuffer ?? this.#cache.text;
    return cached === undefined ? super.read(limits) : this.#readCached(cached, limits);
  }

  async #readCached(cached: unknown, limits: ReadLimits): Promise<BodyRead> {
    return (await faithfulBytes(cached, this, limits)) ?? (await super.read(limits));
  }

  // One copy, since whoever reads the body from Hono's cache may write to it. Small ones come from Node's pool: memory of
  // their own costs more than checking them.
  protected override keep(bytes: Uint8Array): Uint8Array {
    const { buffer, byteLength } = bytes;
    const cached = byteLength === buffer.byteLength ? buffer : new Uint8Array(bytes).buffer;
    this.#cache.arrayBuffer = Promise.resolve(cached);
    if (cached !== buffer) return bytes;
    return typeof Buffer === 'undefined' ? new Uint8Array(bytes) : Buffer.from(bytes);
  }
}

/** The body as Hono has cached it; undefined where that is not faithful. */
async function faithfulBytes(
  cached: unknown,
  request: IncomingRequest,
  limits: ReadLimits,
): Promise<BodyRead | undefined> {
  try {
    const body = await withTimeout(limits.deadlines, cached);
    if (body === TIMED_OUT) return 'body_timeout';
    const bytes =
      typeof body === 'string'
        ? encodeFaithfully(body, request)
        : isArrayBuffer(body) && new Uint8Array(new Uint8Array(body));
    if (!bytes) return undefined;
    return bytes.byteLength > limits.maxBytes ? 'body_too_large' : bytes;
  } catch {
    return 'body_aborted';
  }
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
