import type { InboxSettings } from '../options.js';
import type { Connections } from './connections.js';
import type { Reclaimer } from './reclaim.js';
import { DEAD, HANDLED, type Names } from './tables.js';

const SWEEP = 1_000;

/** What workers do between deliveries: give up leases that ended, and delete what is past its time. */
export class Maintenance {
  readonly #connections: Connections;
  readonly #reclaimer: Reclaimer;
  readonly #names: Names;
  readonly #settings: InboxSettings;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running = false;
  #maintaining = false;

  constructor(connections: Connections, reclaimer: Reclaimer, names: Names, settings: InboxSettings) {
    this.#connections = connections;
    this.#reclaimer = reclaimer;
    this.#names = names;
    this.#settings = settings;
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    // A round that is still under way from before the last stop schedules the next one itself.
    if (!this.#maintaining) this.#schedule();
  }

  stop(): void {
    this.#running = false;
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    const wait = Math.min(10_000, Math.max(500, this.#settings.lease / 4));
    this.#timer = setTimeout(() => {
      this.#maintaining = true;
      this.#maintain()
        .catch((error: unknown) => {
          // Cut off by close(), it is nobody's trouble.
          if (this.#running) this.#settings.report(error, 'maintenance');
        })
        .then(() => {
          this.#maintaining = false;
          if (this.#running) this.#schedule();
        });
    }, wait);
  }

  async #maintain(): Promise<void> {
    await this.#untilNone(() => this.#reclaimer.reclaim());
    for (const [state, ttl] of [
      [HANDLED, this.#settings.ttl],
      [DEAD, this.#settings.deadLetterTtl],
    ]) {
      const { deliveries } = this.#names;
      await this.#untilNone(async () => {
        const { rows } = await this.#connections.executeSql(
          `DELETE FROM ${deliveries} WHERE key IN (SELECT key FROM ${deliveries}
             WHERE state = $1 AND settled_at < now() - $2 * interval '1 millisecond' LIMIT ${SWEEP} FOR UPDATE SKIP LOCKED)
           RETURNING 1`,
          [state, ttl],
        );
        return rows.length === SWEEP;
      });
    }
  }

  /** Repeats a bounded step while there is more: a fixed number for each round would fall behind a busy inbox forever. */
  async #untilNone(hasMore: () => Promise<boolean>): Promise<void> {
    while (this.#running && (await hasMore()));
  }
}
