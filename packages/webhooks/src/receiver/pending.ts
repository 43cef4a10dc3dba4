/** The work a receiver has under way, so that a shutdown can wait for it. */
export class Pending {
  readonly #work = new Set<Promise<unknown>>();

  /** Remembers a promise until it settles; it must not reject. */
  add(work: Promise<unknown>): void {
    this.#work.add(work);
    work.then(() => this.#work.delete(work));
  }

  /** Resolves when nothing is under way, work that began meanwhile included. */
  async drain(): Promise<void> {
    while (this.#work.size > 0) await Promise.all(this.#work);
  }
}
