/**
 * Bytes that arrive in pieces, kept as one buffer that grows.
 *
 * A list of pieces would cost many times their size where a stranger sends them one byte at a time.
 */
export class ByteCollector {
  #buffer = Buffer.alloc(0);
  #length = 0;
  readonly #most: number;

  /** @param most how many bytes will be added at most: the buffer does not grow beyond, either */
  constructor(most = Number.POSITIVE_INFINITY) {
    this.#most = most;
  }

  get length(): number {
    return this.#length;
  }

  add(piece: Uint8Array): void {
    const needed = this.#length + piece.length;
    if (needed > this.#buffer.length) {
      const roomy = Math.min(Math.max(this.#buffer.length * 2, 4_096), this.#most);
      const grown = Buffer.alloc(Math.max(needed, roomy));
      this.#buffer.copy(grown, 0, 0, this.#length);
      this.#buffer = grown;
    }
    this.#buffer.set(piece, this.#length);
    this.#length = needed;
  }

  take(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }
}
