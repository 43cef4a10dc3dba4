import { type Cells, NONE } from './cells.js';

/** Cells for the characters, four of one byte in each: room for the SHA-256 in hex that is the default key. */
const WORDS = 16;
/** How many cells of a member are for its key: the words and two more. A sum here would stay in every bundle. */
export const KEY_CELLS = 18;

/**
 * Finds members by their keys: a hash table. A key of up to 64 characters of one byte is written into the member's cells,
 * so that it is no object either; any other stays a string.
 *
 * `first` tells which of a member's cells is the first for its key, `size` how many members there may be.
 */
export function createKeys({ pageOf, startOf, get, set }: Cells, first: number, size: number) {
  const HASH = first + WORDS;
  /** The next member whose key has the same bucket. */
  const NEXT = HASH + 1;
  /** The first member of each bucket. They are never more, so that nothing has to be moved at once. */
  const buckets = new Int32Array(2 ** Math.min(22, Math.ceil(Math.log2(size))));
  const strings = new Map<number, string>();
  /** So that nobody can choose keys that share a bucket. */
  const seed = Math.random() * 2 ** 32;

  // The key at hand: what was just looked for is often wanted again.
  let text = '';
  let hash = 0;
  let fits = false;
  const words = new Int32Array(WORDS);

  const read = (key: string) => {
    if (key === text) return;
    text = key;
    fits = key.length <= 4 * WORDS;
    hash = seed;
    for (let at = 0; at < 4 * WORDS || at < key.length; at += 4) {
      let word = 0;
      for (let n = at; n < at + 4; n++) {
        // NUL is what stands behind a shorter key.
        const code = n < key.length ? key.charCodeAt(n) || 256 : 0;
        if (code > 255) fits = false;
        word = (word << 8) | code;
      }
      words[at / 4] = word;
      hash = Math.imul(hash ^ word, 0x9e3779b1);
      hash ^= hash >>> 15;
    }
  };

  const bucketOf = (hash: number) => hash & (buckets.length - 1);

  const has = (member: number) => {
    const page = pageOf(member);
    const start = startOf(member) + first;
    for (let n = 0; n < WORDS; n++) if (page[start + n] !== words[n]) return false;
    return strings.get(member) === (fits ? undefined : text);
  };

  const find = (key: string) => {
    read(key);
    let member = buckets[bucketOf(hash)] as number;
    while (member !== NONE && !has(member)) member = get(member, NEXT);
    return member;
  };

  /** Gives a member a key that no other has. */
  const name = (member: number, key: string) => {
    read(key);
    const bucket = bucketOf(hash);
    pageOf(member).set(words, startOf(member) + first);
    if (!fits) strings.set(member, key);
    set(member, HASH, hash);
    set(member, NEXT, buckets[bucket] as number);
    buckets[bucket] = member;
  };

  /** Takes its key from a member. */
  const unname = (member: number) => {
    const bucket = bucketOf(get(member, HASH));
    let before = buckets[bucket] as number;
    if (before === member) buckets[bucket] = get(member, NEXT);
    else {
      while (get(before, NEXT) !== member) before = get(before, NEXT);
      set(before, NEXT, get(member, NEXT));
    }
    strings.delete(member);
  };

  return { find, name, unname };
}
