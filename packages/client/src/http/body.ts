import type { Interrupter } from './abort.js';

/** More than this is not read: no answer of this API comes near it. */
export const MAX_RESPONSE_BYTES = 10 * 1024 * 1024;
/** After how many pieces timers get a turn. */
const PIECES_PER_TURN = 4_096;

export interface ReadBody {
  readonly bytes: Uint8Array;
  readonly tooLarge: boolean;
  /** Why the body ended before its end. */
  readonly broken?: unknown;
}

/** Reads a body up to the limit; never throws for a body that breaks off. */
export async function readBody(response: Response, interrupter: Interrupter): Promise<ReadBody> {
  const { body } = response;
  if (body === null) return { bytes: new Uint8Array(), tooLarge: false };
  // A fetch of somebody's own may give a body that is no stream.
  if (typeof body?.getReader !== 'function') return readAtOnce(response, interrupter);
  const reader = body.getReader();
  const { signal, happened } = interrupter;
  // One buffer that grows: a list of pieces would cost more memory than the bytes, which may come one by one.
  let buffer = new Uint8Array(4_096);
  let size = 0;
  const readPieces = async (): Promise<ReadBody> => {
    for (let pieces = 1; ; pieces++) {
      // A source that is always ready, of a fetch of somebody's own, would keep the timeout from firing.
      if (pieces % PIECES_PER_TURN === 0) await new Promise((resolve) => setTimeout(resolve, 0));
      const { done, value } = await reader.read();
      if (done) return { bytes: buffer.subarray(0, size), tooLarge: false };
      if (!ArrayBuffer.isView(value)) throw new TypeError('the body holds something else than bytes');
      if (size + value.byteLength > MAX_RESPONSE_BYTES) {
        cancel(reader);
        return { bytes: buffer.subarray(0, size), tooLarge: true };
      }
      buffer = withRoom(buffer, size, value.byteLength);
      buffer.set(new Uint8Array(value.buffer, value.byteOffset, value.byteLength), size);
      size += value.byteLength;
    }
  };
  try {
    // Once for all pieces: each race keeps something at `happened` until the attempt is over.
    return await Promise.race([readPieces(), happened]);
  } catch (error) {
    cancel(reader);
    // Rejects with the reason, whatever the runtime made of it.
    if (signal.aborted) return happened;
    return { bytes: buffer.subarray(0, size), tooLarge: false, broken: error };
  }
}

async function readAtOnce(response: Response, { signal, happened }: Interrupter): Promise<ReadBody> {
  try {
    const bytes = new Uint8Array(await Promise.race([response.arrayBuffer(), happened]));
    const tooLarge = bytes.byteLength > MAX_RESPONSE_BYTES;
    return { bytes: tooLarge ? bytes.subarray(0, MAX_RESPONSE_BYTES) : bytes, tooLarge };
  } catch (error) {
    if (signal.aborted) return happened;
    return { bytes: new Uint8Array(), tooLarge: false, broken: error };
  }
}

function withRoom(buffer: Uint8Array<ArrayBuffer>, size: number, more: number): Uint8Array<ArrayBuffer> {
  if (size + more <= buffer.byteLength) return buffer;
  const larger = new Uint8Array(Math.max(size + more, buffer.byteLength * 2));
  larger.set(buffer.subarray(0, size));
  return larger;
}

/** Stops the rest. Whether that succeeds changes nothing. */
function cancel(reader: ReadableStreamDefaultReader<Uint8Array>): void {
  reader.cancel().catch(() => undefined);
}
