/** One running deadline; pass it to {@link Deadlines.cancel} when the work is done. */
export type Deadline = unknown;

/** Deadlines of one fixed length. `#runtime` makes them: on Node they share a timer. */
export interface Deadlines {
  readonly lengthMs: number;
  start(expire: () => void): Deadline;
  cancel(deadline: Deadline): void;
}
