/**
 * A request body before anything has parsed it. A string is UTF-8 encoded; bytes are taken as they are.
 */
export type RawBody = Uint8Array | ArrayBuffer | string;

// The getters read internal slots: they work across realms (Jest, jsdom, `node:vm`, edge sandboxes), where `instanceof`
// does not, and no object can fake them.
const tagOf = /* @__PURE__ */ (() =>
  Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)?.get)();
const lengthOf = /* @__PURE__ */ (() => Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, 'byteLength')?.get)();

/** Whether a value is a `Uint8Array` (a Node `Buffer` is one) of any realm. */
export function isBytes(value: unknown): value is Uint8Array {
  return tagOf?.call(value) === 'Uint8Array';
}

/** Whether a value is an `ArrayBuffer` of any realm. */
export function isArrayBuffer(value: unknown): value is ArrayBuffer {
  try {
    lengthOf?.call(value);
    return lengthOf !== undefined;
  } catch {
    return false;
  }
}

/**
 * The bytes of a raw body, without copying where it already is bytes.
 *
 * @throws TypeError for anything else: a parsed body cannot be turned back into the bytes that were signed
 */
export function toBytes(body: RawBody): Uint8Array {
  const given: unknown = body;
  if (isBytes(given)) return given;
  // Made here: jsdom has none, and the package must load there.
  if (typeof given === 'string') return new TextEncoder().encode(given);
  if (isArrayBuffer(given)) return new Uint8Array(given);
  const tag = Object.prototype.toString.call(given);
  throw new TypeError(`Not a raw request body (bytes or a string) but ${tag}: read it before any parser does`);
}

/**
 * A private copy of a raw body. What is verified, parsed and stored after an `await` is the same bytes, whatever the
 * caller writes into its buffer meanwhile.
 *
 * @throws TypeError as {@link toBytes}
 */
export function copyBytes(body: RawBody): Uint8Array<ArrayBuffer> {
  return new Uint8Array(toBytes(body));
}

/** Bytes as lower-case hex digits. */
export function toHex(bytes: Uint8Array | ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
