/** What an entry needs to stand in a {@link Queue}. It stands in one queue at a time. */
export interface Queued<T> {
  previous: T | undefined;
  next: T | undefined;
}

/**
 * A queue from whose middle an entry can be taken in constant time: a linked list.
 *
 * A Map keeps insertion order too, but finding its first member walks over the holes of all deleted ones.
 */
export class Queue<T extends Queued<T>> {
  #first: T | undefined;
  #last: T | undefined;

  /** The entry that was added the longest ago. */
  get first(): T | undefined {
    return this.#first;
  }

  add(entry: T): void {
    entry.previous = this.#last;
    entry.next = undefined;
    if (this.#last === undefined) this.#first = entry;
    else this.#last.next = entry;
    this.#last = entry;
  }

  /** Takes out an entry that stands in this queue. */
  remove(entry: T): void {
    const { previous, next } = entry;
    // Cleared, or an entry that has outlived a minor collection would keep those behind it until a major one.
    entry.previous = undefined;
    entry.next = undefined;
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
  }
}
