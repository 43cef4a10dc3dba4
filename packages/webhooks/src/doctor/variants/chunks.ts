import { concat } from '../encodings.js';

const MAX_SIZE_DIGITS = 8;

/**
 * The body inside the framing of `Transfer-Encoding: chunked`; undefined where there is no whole chunk.
 *
 * Reads forward only: a size is digits and never negative, and what it promises beyond the end is cut.
 */
export function unchunked(bytes: Uint8Array): Uint8Array | undefined {
  const parts: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length) {
    const size = sizeAt(bytes, at);
    const line = bytes.indexOf(10, at);
    if (size === undefined || size === 0 || line < 0) break;
    parts.push(bytes.subarray(line + 1, line + 1 + size));
    at = line + 1 + size;
    if (bytes[at] === 13) at++;
    if (bytes[at] === 10) at++;
  }
  return parts.length > 0 ? concat(...parts) : undefined;
}

/** The number in hex digits at the start of a line. */
function sizeAt(bytes: Uint8Array, at: number): number | undefined {
  let size: number | undefined;
  for (let digit = at; digit < at + MAX_SIZE_DIGITS; digit++) {
    const value = Number.parseInt(String.fromCharCode(bytes[digit] ?? 0), 16);
    if (Number.isNaN(value)) break;
    size = (size ?? 0) * 16 + value;
  }
  return size;
}
