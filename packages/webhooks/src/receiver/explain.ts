import type { RawBody } from '../signature/bytes.js';
import type { Secrets } from '../signature/secrets.js';
import type { DeliveryState } from './context.js';
import type { Explain } from './options.js';
import { Deadlines, TIMED_OUT, withTimeout } from './timeouts.js';

const INTERVAL_MS = 1_000;
const TIME_LIMIT_MS = 50;

interface Mismatch {
  readonly body: RawBody;
  readonly signature: string;
  readonly secrets: Secrets;
}

/** Runs the doctor on signature mismatches, at most once a second: strangers choose how many there are. */
export class Explainer {
  readonly #explain: Explain;
  readonly #deadlines = new Deadlines(TIME_LIMIT_MS);
  readonly #noted = new WeakMap<DeliveryState, Mismatch>();
  #nextAt = 0;

  constructor(explain: Explain) {
    this.#explain = explain;
  }

  /** Keeps what is needed to explain a mismatch once its answer is settled. */
  note(delivery: DeliveryState, mismatch: Mismatch): void {
    const now = performance.now();
    if (now < this.#nextAt) return;
    this.#nextAt = now + INTERVAL_MS;
    this.#noted.set(delivery, mismatch);
  }

  /** The first finding about a noted mismatch; undefined when there is nothing to explain. Never rejects. */
  explain(delivery: DeliveryState): Promise<string | undefined> | undefined {
    const mismatch = this.#noted.get(delivery);
    if (mismatch === undefined) return undefined;
    this.#noted.delete(delivery);
    return this.#findCause(mismatch, delivery);
  }

  async #findCause(mismatch: Mismatch, delivery: DeliveryState): Promise<string | undefined> {
    try {
      const headers = delivery.headers?.headers() ?? undefined;
      const found = await withTimeout(this.#deadlines, this.#explain({ ...mismatch, headers }));
      if (found === TIMED_OUT) return undefined;
      const [first] = found.causes;
      return first === undefined ? undefined : `${first.message} ${first.fix}`;
    } catch {
      return undefined;
    }
  }
}
