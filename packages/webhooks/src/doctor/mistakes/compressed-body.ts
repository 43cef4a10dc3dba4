import type { Search } from '../bounded-search.js';
import { concat } from '../encodings.js';
import type { BodyVariant } from '../types.js';

type Format = 'gzip' | 'deflate' | 'deflate-raw';
const MAX_INFLATED = 1024 * 1024;

/** Inflates compressed bytes, up to 1 MiB: a bomb costs no more. */
export async function inflated(search: Search, bytes: Uint8Array): Promise<BodyVariant[]> {
  const formats: Format[] = [];
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) formats.push('gzip');
  else if (((bytes[0] ?? 0) & 0x0f) === 8 && ((bytes[0] ?? 0) * 256 + (bytes[1] ?? 0)) % 31 === 0)
    formats.push('deflate');
  else if (bytes.length > 0 && bytes[0] !== 0x7b) formats.push('deflate-raw');
  const found: BodyVariant[] = [];
  for (const format of formats) {
    const out = await through(search, bytes, new DecompressionStream(format));
    if (out !== undefined && out.length > 0) found.push({ bytes: out, codes: ['body_compressed'] });
  }
  return found;
}

/** Compresses the bytes as a sender would. Exact only for the same compressor at its default level. */
export async function deflated(search: Search, bytes: Uint8Array): Promise<BodyVariant[]> {
  const gzip = await through(search, bytes, new CompressionStream('gzip'));
  if (gzip === undefined) return [];
  const found: BodyVariant[] = [];
  // Byte 8 names the level and byte 9 the operating system; compressors differ there with the same result.
  for (const system of [3, 255, 19, 10, 0]) {
    for (const level of [0, 2, 4]) {
      const variant = gzip.slice();
      variant[8] = level;
      variant[9] = system;
      found.push({ bytes: variant, codes: ['body_decompressed'] });
    }
  }
  const zlib = await through(search, bytes, new CompressionStream('deflate'));
  if (zlib !== undefined) found.push({ bytes: zlib, codes: ['body_decompressed'] });
  return found;
}

async function through(
  search: Search,
  bytes: Uint8Array,
  stream: CompressionStream | DecompressionStream,
): Promise<Uint8Array | undefined> {
  const writer = stream.writable.getWriter();
  const reader = stream.readable.getReader();
  // Not awaited before reading: a full pipe would never drain. On bad input both fail, and the reader's error counts.
  const writing = writer.write(Uint8Array.from(bytes)).then(() => writer.close());
  writing.catch(() => undefined);
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return concat(...chunks);
      size += value.length;
      search.spend(value.length);
      if (size > MAX_INFLATED || search.exhausted) {
        await reader.cancel();
        return undefined;
      }
      chunks.push(value);
    }
  } catch {
    return undefined;
  }
}
