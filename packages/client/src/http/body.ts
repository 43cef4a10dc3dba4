import type { Interrupter } from './interrupt.js';

/** More than this is not read: no answer of this API comes near it. */
export const MAX_RESPONSE_BYTES = 10 * 1024 * 1024;

export interface ReadBody {
  bytes: Uint8Array;
  tooLarge: boolean;
  /** Why the body ended before its end. */
  broken?: unknown;
}

/** Reads a body up to the limit; never throws for a body that breaks off. */
export async function readBody(response: Response, { signal, happened }: Interrupter): Promise<ReadBody> {
  if (response.body === null) return { bytes: new Uint8Array(), tooLarge: false };
  const reader = response.body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    let part: Awaited<ReturnType<typeof reader.read>>;
    try {
      part = await Promise.race([reader.read(), happened]);
    } catch (error) {
      // The reason, and not what the runtime makes of it.
      if (signal.aborted) {
        quit(reader);
        return happened;
      }
      return { bytes: concat(chunks, size), tooLarge: false, broken: error };
    }
    if (part.done) break;
    chunks.push(part.value);
    size += part.value.byteLength;
    if (size > MAX_RESPONSE_BYTES) break;
  }
  if (size > MAX_RESPONSE_BYTES) quit(reader);
  return { bytes: concat(chunks, size), tooLarge: size > MAX_RESPONSE_BYTES };
}

/** The rest is of no interest, and neither is how cancelling it goes. */
function quit(reader: ReadableStreamDefaultReader<Uint8Array>): void {
  reader.cancel().catch(() => undefined);
}

function concat(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const [only] = chunks;
  if (chunks.length === 1 && only !== undefined) return only;
  const out = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    out.set(chunk, at);
    at += chunk.byteLength;
  }
  return out;
}
