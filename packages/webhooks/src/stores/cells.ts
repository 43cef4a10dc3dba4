// The first three cells of a member are its place in a queue.
export const QUEUE = 0;
const PREVIOUS = 1;
export const NEXT = 2;

/** No member: of an empty queue, or at its end. */
export const NONE = 0;

/** Members with one array between them: none is ever copied into a larger one, which would take a while. */
const PER_PAGE = 256;

export type Cells = ReturnType<typeof createCells>;

/**
 * Queues out of whose middle a member can be taken in constant time. A member is in one queue at a time. It is no object,
 * a hundred thousand of which every garbage collection of their long life would walk over, but a number, and what is known
 * of it are numbers side by side: its cells.
 *
 * (A Map keeps insertion order too, but finding its first member walks over the holes of all deleted ones. And closures
 * rather than classes, because they are a quarter smaller when minified.)
 */
export function createCells(perMember: number) {
  const pages: Float64Array[] = [];
  const firsts: number[] = [];
  const lasts: number[] = [];
  let members = 0;

  /** The page a member's cells are on, from `startOf` on. */
  const pageOf = (member: number) => pages[Math.floor(member / PER_PAGE)] as Float64Array;
  const startOf = (member: number) => (member % PER_PAGE) * perMember;
  const get = (member: number, cell: number) => pageOf(member)[startOf(member) + cell] as number;
  const set = (member: number, cell: number, value: number) => {
    pageOf(member)[startOf(member) + cell] = value;
  };
  const firstOf = (queue: number) => firsts[queue] ?? NONE;

  const append = (member: number, queue: number) => {
    const last = lasts[queue] ?? NONE;
    set(member, QUEUE, queue);
    set(member, PREVIOUS, last);
    set(member, NEXT, NONE);
    if (last === NONE) firsts[queue] = member;
    else set(last, NEXT, member);
    lasts[queue] = member;
  };

  /** A new member of a queue, its other cells 0. */
  const add = (queue: number) => {
    members++;
    while (pageOf(members) === undefined) pages.push(new Float64Array(PER_PAGE * perMember));
    append(members, queue);
    return members;
  };

  const move = (member: number, to: number) => {
    const queue = get(member, QUEUE);
    const previous = get(member, PREVIOUS);
    const next = get(member, NEXT);
    if (previous === NONE) firsts[queue] = next;
    else set(previous, NEXT, next);
    if (next === NONE) lasts[queue] = previous;
    else set(next, PREVIOUS, previous);
    append(member, to);
  };

  return { pageOf, startOf, get, set, firstOf, add, move };
}
