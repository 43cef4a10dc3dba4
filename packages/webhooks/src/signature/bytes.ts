/**
 * A request body before anything has parsed it. A string is UTF-8 encoded; bytes are taken as they are.
 */
export type RawBody = Uint8Array | ArrayBuffer | string;

/**
 * The bytes of a raw body, without copying where it already is bytes.
 *
 * @throws TypeError for anything else: a parsed body cannot be turned back into the bytes that were signed
 */
export function toBytes(body: RawBody): Uint8Array {
  const given: unknown = body;
  if (body instanceof Uint8Array) return body;
  // Made here: jsdom has none, and the package must load there.
  if (typeof body === 'string') return new TextEncoder().encode(body);
  // Not `instanceof`: Jest and vm contexts have classes of their own.
  const tag = Object.prototype.toString.call(given);
  if (tag === '[object Uint8Array]' && ArrayBuffer.isView(given)) return given as Uint8Array;
  if (tag === '[object ArrayBuffer]') return new Uint8Array(given as ArrayBuffer);
  throw new TypeError(`Not a raw request body (bytes or a string) but ${tag}: read it before any parser does`);
}
