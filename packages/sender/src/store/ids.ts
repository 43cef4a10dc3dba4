const ALPHABET = /^[0-9a-z]{1,11}$/;

/** `whk_` and `del_` ids: a tag of the database and the row's number, so the id needs no index of its own. */
export class Ids {
  readonly #tag: string;
  constructor(tag: string) {
    this.#tag = tag;
  }

  format(prefix: 'whk' | 'del', seq: number): string {
    return `${prefix}_${this.#tag}${seq.toString(36).padStart(6, '0')}`;
  }

  /** The row's number, or undefined for anything this database did not give out. */
  parse(prefix: 'whk' | 'del', id: string): number | undefined {
    const start = `${prefix}_${this.#tag}`;
    if (typeof id !== 'string' || !id.startsWith(start)) return undefined;
    const digits = id.slice(start.length);
    if (!ALPHABET.test(digits)) return undefined;
    const seq = Number.parseInt(digits, 36);
    return Number.isSafeInteger(seq) && this.format(prefix, seq) === id ? seq : undefined;
  }
}
