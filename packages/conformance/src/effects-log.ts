import { setTimeout as sleep } from 'node:timers/promises';
import type { Expectation } from './cases/define.js';
import type { Timing } from './timing.js';
import { unlessStopped } from './unless-stopped.js';

/** How often the receiver should have handled one delivery. */
interface ExpectedEffect {
  readonly caseId: string;
  readonly label: string;
  readonly body: Uint8Array;
  readonly expected: Expectation;
}

const POLL = 25;
/** Probes that run at once in the second count; a command probe starts a process for each. */
const AT_ONCE = 8;

/** Counts effects through the probe after each case, and once more at the end of the run: work may be late. */
export class EffectsLog {
  readonly #count: (body: Uint8Array) => Promise<number>;
  readonly #timing: Timing;
  readonly #signal: AbortSignal;
  readonly #entries: ExpectedEffect[] = [];

  constructor(count: (body: Uint8Array) => Promise<number>, timing: Timing, signal: AbortSignal) {
    this.#count = count;
    this.#timing = timing;
    this.#signal = signal;
  }

  /** Resolves with what was wrong; with undefined for nothing, and when the run is stopped before that is known. */
  async expect(entry: ExpectedEffect): Promise<string | undefined> {
    this.#entries.push(entry);
    if (entry.expected === 'once') {
      const limit = performance.now() + this.#timing.settle;
      while ((await this.#counted(entry.body)) === 0 && performance.now() < limit) await sleep(POLL);
    }
    await sleep(this.#timing.quiet);
    return this.#judge(entry);
  }

  /** The problems of the second count, by case id. */
  async sweep(): Promise<Map<string, string>> {
    const problems = new Map<string, string>();
    if (this.#entries.length === 0) return problems;
    await sleep(this.#timing.sweep);
    for (let at = 0; at < this.#entries.length && !this.#signal.aborted; at += AT_ONCE) {
      const batch = this.#entries.slice(at, at + AT_ONCE);
      const found = await Promise.all(batch.map((entry) => this.#judge(entry)));
      for (const [index, problem] of found.entries()) {
        const entry = batch[index];
        if (problem !== undefined && entry !== undefined && !problems.has(entry.caseId))
          problems.set(entry.caseId, `${problem} (seen at the end of the run)`);
      }
    }
    return problems;
  }

  async #judge({ label, body, expected }: ExpectedEffect): Promise<string | undefined> {
    const count = await this.#counted(body);
    if (count === undefined) return undefined;
    const right = expected === 'once' ? count === 1 : expected === 'never' ? count === 0 : count <= 1;
    if (right) return undefined;
    const times = count === 0 ? 'not handled' : count === 1 ? 'handled' : `handled ${count} times`;
    return `${label}: ${times}; it must be handled ${expected}`;
  }

  #counted(body: Uint8Array): Promise<number | undefined> {
    return unlessStopped(this.#signal, () => this.#count(body));
  }
}
