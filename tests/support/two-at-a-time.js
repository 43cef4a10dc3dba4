/**
 * Runs work on all items, two at a time: on two cores, one uses them while the other waits for npm or a server.
 *
 * @template T
 * @param {Iterable<T>} items
 * @param {(item: T) => Promise<void>} work
 */
export async function twoAtATime(items, work) {
  // Both take the next item from the same iterator.
  const waiting = Array.from(items).values();
  const worker = async () => {
    for (const item of waiting) await work(item);
  };
  await Promise.all([worker(), worker()]);
}
