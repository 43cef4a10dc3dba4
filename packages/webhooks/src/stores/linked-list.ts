/** A member of a {@link LinkedList}; of one at a time. */
export interface Linked<T> {
  previous: T | undefined;
  next: T | undefined;
}

/**
 * A queue out of whose middle a member can be taken in constant time. (A Map keeps insertion order too, but finding its
 * first member walks over the holes of all deleted ones.)
 */
export class LinkedList<T extends Linked<T>> {
  #last: T | undefined;
  first: T | undefined;

  add(member: T): void {
    member.previous = this.#last;
    member.next = undefined;
    if (this.#last === undefined) this.first = member;
    else this.#last.next = member;
    this.#last = member;
  }

  remove(member: T): void {
    const { previous, next } = member;
    if (previous === undefined) this.first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
  }
}
