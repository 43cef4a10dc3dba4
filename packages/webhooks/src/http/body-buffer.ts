/** Collects the pieces of a body in one buffer, so that a body in one-byte pieces costs no more than its size. */
export class BodyBuffer {
  readonly #maxBytes: number;
  #bytes = new Uint8Array();
  #size = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Adds a copy of a piece; false when the body is then over the limit. */
  add(piece: Uint8Array): boolean {
    const size = this.#size + piece.byteLength;
    if (size > this.#maxBytes) return false;
    if (size > this.#bytes.byteLength) this.#grow(size);
    this.#bytes.set(piece, this.#size);
    this.#size = size;
    return true;
  }

  /** The body so far. */
  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#size);
  }

  // The first piece, often the whole body, gets a buffer of its size; from the second on the buffer doubles.
  #grow(size: number): void {
    const grown = new Uint8Array(this.#size === 0 ? size : Math.min(2 * size, this.#maxBytes));
    grown.set(this.#bytes.subarray(0, this.#size));
    this.#bytes = grown;
  }
}
