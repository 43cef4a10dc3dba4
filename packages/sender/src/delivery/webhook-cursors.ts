import type { Position } from '../store/deliveries.js';

const START: Position = { dueAt: -1, seq: -1 };

/** How far the due deliveries of one webhook have been taken, in the order (due time, row). */
export interface WebhookCursor {
  readonly webhook: number;
  after: Position;
}

/** The webhooks that have something due, served in turn: a long queue of one does not hold up the others. */
export class WebhookCursors {
  readonly #ready = new Map<number, WebhookCursor>();
  readonly #all = new Map<number, WebhookCursor>();

  /** Whether no webhook has anything due. */
  get empty(): boolean {
    return this.#ready.size === 0;
  }

  /** Notes that something of a webhook is due since `dueAt`; a cursor beyond that starts again. */
  markDue(webhook: number, dueAt: number): void {
    let cursor = this.#all.get(webhook);
    if (cursor === undefined) {
      cursor = { webhook, after: START };
      this.#all.set(webhook, cursor);
    }
    if (dueAt <= cursor.after.dueAt) cursor.after = START;
    this.#ready.set(webhook, cursor);
  }

  /** The webhooks with something due, the next one first. */
  ready(): WebhookCursor[] {
    return [...this.#ready.values()];
  }

  /** Puts a webhook at the end of the line. */
  moveToEnd(cursor: WebhookCursor): void {
    this.#ready.delete(cursor.webhook);
    this.#ready.set(cursor.webhook, cursor);
  }

  /** Notes that nothing more of a webhook is due. */
  markEmpty(cursor: WebhookCursor): void {
    this.#ready.delete(cursor.webhook);
  }

  /** Drops a deleted webhook. */
  forget(webhook: number): void {
    this.#ready.delete(webhook);
    this.#all.delete(webhook);
  }
}
