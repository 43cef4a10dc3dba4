import { isUtf8 } from 'node:buffer';

/** The text of UTF-8 bytes, a byte order mark kept; undefined for other bytes. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  return isUtf8(bytes) ? Buffer.from(bytes).toString('utf8') : undefined;
}
