import { SIGNATURE_HEADER } from '../protocol/signature-header.js';
import type { Deadlines } from '../runtime/deadlines.js';

/** What bounds the reading of a body. */
export interface ReadLimits {
  /** The largest body, in bytes, declared or counted. */
  readonly maxBytes: number;
  /** The shared deadlines of the body timeout. */
  readonly deadlines: Deadlines;
}

/** How much of a rejected body is read, as a multiple of the limit, before its source is canceled or closed. */
export const DRAIN_FACTOR = 4;

/** The bytes of a body, which nobody else writes to; or the code of why it could not be read. */
export type BodyRead = Uint8Array | 'body_too_large' | 'body_timeout' | 'body_aborted' | 'body_already_parsed';

/** The headers of a delivery as received; they are not signed. */
export interface RequestHeaders {
  /** The value of a header as the platform gives it; undefined or null when it is absent. `name` is in lower case. */
  header(name: string): unknown;
  /** All headers, made on the first call; null where there are none. */
  headers(): Headers | null;
}

/**
 * One HTTP request, as the receiver sees it. `http/` makes them from Fetch and Node requests and decides nothing:
 * method, encoding, size and signature are judged in `receiver/verify.ts`.
 */
export interface IncomingRequest extends RequestHeaders {
  readonly method: string | undefined;
  /** The fix for `body_already_parsed` in the framework's words, shown to the sender too. */
  readonly hint?: string | undefined;
  /** What `context.env` is for this request. Throws what the user's `env` option throws. */
  env(): unknown;
  /** Reads the body within the limits. Called once, and only when the head was accepted. */
  read(limits: ReadLimits): BodyRead | Promise<BodyRead>;
  /** Releases a body that will not be read: drains it, up to the body timeout. */
  discard(limits: ReadLimits): void;
}

/** Headers as callers of `receiver.receive` have them. */
export type HeadersLike = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

/** A delivery that came without HTTP: only its signature and body are judged. */
export function givenDelivery(
  bytes: Uint8Array,
  signature: unknown,
  given: HeadersLike | null | undefined,
  env: unknown,
): IncomingRequest {
  let made: Headers | undefined;
  const headers = () => {
    if (given === undefined || given === null) return null;
    made ??= isHeaders(given) ? given : toHeaders(Object.entries(given));
    return made;
  };
  return {
    method: 'POST',
    header: (name) => {
      if (name === SIGNATURE_HEADER) return signature;
      // The body is at hand, whatever its request said of encoding and length.
      return name.startsWith('content-') ? undefined : headers()?.get(name);
    },
    headers,
    env: () => env,
    read: () => bytes,
    discard: () => undefined,
  };
}

/** Makes a `Headers` object. Values that it cannot hold are left out: strangers choose them. */
export function toHeaders(entries: Iterable<readonly [string, unknown]>): Headers {
  const headers = new Headers();
  for (const [name, value] of entries) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (typeof one !== 'string') continue;
      try {
        headers.append(name, one);
      } catch {
        // Not a header name or value.
      }
    }
  }
  return headers;
}

function isHeaders(value: HeadersLike): value is Headers {
  return (
    typeof (value as Partial<Headers>).get === 'function' && typeof (value as Partial<Headers>).append === 'function'
  );
}

// Both are a stranger's text: bounded, and printable ASCII only.
const REQUEST_ID = /^[\x21-\x7e]{1,128}$/;
// Neither version ff nor an id of zeros is one.
const TRACE_PARENT = /^(?!ff|.*-0+-)[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The id a request is known by elsewhere: `x-request-id`, else the trace id of `traceparent` (W3C Trace Context). */
export function requestIdOf(headers: RequestHeaders | null): string | null {
  try {
    const id = headers?.header('x-request-id');
    if (typeof id === 'string' && REQUEST_ID.test(id)) return id;
    return TRACE_PARENT.exec(String(headers?.header('traceparent')))?.[1] ?? null;
  } catch {
    // A request whose headers cannot be read must still be answered.
    return null;
  }
}

const DIGITS = /^\d{1,256}$/;

/** The declared length of a body; NaN, which no comparison holds for, where there is none to trust. */
export function declaredLength(header: unknown): number {
  return Number(typeof header === 'string' && DIGITS.test(header) ? header : undefined);
}
