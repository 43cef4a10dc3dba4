// Cases travel to the runtimes as JSON, with a tag for what JSON cannot say. Strings keep their lone surrogates there.

const toBase64 = (/** @type {Uint8Array} */ bytes) => btoa(Array.from(bytes, (b) => String.fromCharCode(b)).join(''));
const fromBase64 = (/** @type {string} */ text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));

/**
 * Whether {@link pack} can say it: functions, symbols and boxed values are tried by hand in the suite instead.
 *
 * @param {unknown} value
 * @returns {boolean}
 */
export function portable(value) {
  if (value === null || ['string', 'boolean', 'number', 'undefined', 'bigint'].includes(typeof value)) return true;
  if (value instanceof Uint8Array || value instanceof Headers) return true;
  if (Array.isArray(value)) return value.every(portable);
  return Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(portable);
}

/**
 * @param {unknown} value
 * @returns {unknown}
 */
export function pack(value) {
  if (value === undefined) return { $: 'undefined' };
  if (typeof value === 'bigint') return { $: 'bigint', value: String(value) };
  if (typeof value === 'number' && !Number.isFinite(value)) return { $: 'number', value: String(value) };
  if (value instanceof Uint8Array) return { $: 'bytes', value: toBase64(value) };
  if (value instanceof Headers) return { $: 'headers', value: [...value] };
  if (Array.isArray(value)) return value.map(pack);
  if (typeof value !== 'object' || value === null) return value;
  return { $: 'object', value: Object.entries(value).map(([name, member]) => [name, pack(member)]) };
}

/**
 * @param {unknown} packed as {@link pack} made it
 * @returns {unknown}
 */
export function unpack(packed) {
  if (Array.isArray(packed)) return packed.map(unpack);
  if (typeof packed !== 'object' || packed === null) return packed;
  const { $: tag, value } = packed;
  if (tag === 'undefined') return undefined;
  if (tag === 'bigint') return BigInt(value);
  if (tag === 'number') return Number(value);
  if (tag === 'bytes') return fromBase64(value);
  if (tag === 'headers') return new Headers(value);
  const made = {};
  for (const [name, member] of value) {
    Object.defineProperty(made, name, { value: unpack(member), enumerable: true, configurable: true, writable: true });
  }
  return made;
}
