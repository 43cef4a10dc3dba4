import type { Position } from '../store/deliveries.js';

const START: Position = { dueAt: -1, seq: -1 };

/** The line of one webhook: how far its due deliveries have been taken, in the order (due time, row). */
interface Lane {
  readonly webhook: number;
  after: Position;
}

/** Webhooks that have something due, served in turn, so that a long queue of one does not hold up the others. */
export class Lanes {
  readonly #ready = new Map<number, Lane>();
  readonly #positions = new Map<number, Lane>();

  get empty(): boolean {
    return this.#ready.size === 0;
  }

  /** Says that something of this webhook is due since `dueAt`; a position beyond that is taken back. */
  mark(webhook: number, dueAt: number): void {
    let lane = this.#positions.get(webhook);
    if (lane === undefined) {
      lane = { webhook, after: START };
      this.#positions.set(webhook, lane);
    }
    if (dueAt <= lane.after.dueAt) lane.after = START;
    this.#ready.set(webhook, lane);
  }

  list(): Lane[] {
    return [...this.#ready.values()];
  }

  rotate(lane: Lane): void {
    this.#ready.delete(lane.webhook);
    this.#ready.set(lane.webhook, lane);
  }

  exhaust(lane: Lane): void {
    this.#ready.delete(lane.webhook);
  }

  forget(webhook: number): void {
    this.#ready.delete(webhook);
    this.#positions.delete(webhook);
  }
}
