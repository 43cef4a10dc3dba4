/** Collects the pieces of a body in one buffer, so that a body in one-byte pieces costs no more than its size. */
export class BodyBuffer {
  readonly #maxBytes: number;
  readonly #allocate: (size: number) => Uint8Array;
  /** The first piece as it came: most bodies have one, and a buffer of its own for it would be a copy too many. */
  #first: Uint8Array | undefined;
  #buffer: Uint8Array | undefined;
  #size = 0;

  /** @param allocate gives a buffer of that many bytes; what is in it does not matter */
  constructor(maxBytes: number, allocate: (size: number) => Uint8Array = (size) => new Uint8Array(size)) {
    this.#maxBytes = maxBytes;
    this.#allocate = allocate;
  }

  /** Adds a piece; false when the body is then over the limit. */
  add(piece: Uint8Array): boolean {
    const size = this.#size + piece.byteLength;
    if (size > this.#maxBytes) return false;
    if (this.#size === 0) this.#first = piece;
    else this.#append(piece, size);
    this.#size = size;
    return true;
  }

  /** A private copy of the body so far. */
  bytes(): Uint8Array {
    if (this.#buffer !== undefined) return this.#buffer.subarray(0, this.#size);
    const copy = this.#allocate(this.#size);
    if (this.#first !== undefined) copy.set(this.#first);
    return copy;
  }

  #append(piece: Uint8Array, size: number): void {
    if (this.#buffer === undefined || size > this.#buffer.byteLength) {
      // Doubling: what is copied stays in proportion to the size.
      const grown = this.#allocate(Math.min(2 * size, this.#maxBytes));
      grown.set(this.#buffer?.subarray(0, this.#size) ?? this.#first ?? []);
      this.#buffer = grown;
      this.#first = undefined;
    }
    this.#buffer.set(piece, this.#size);
  }
}
