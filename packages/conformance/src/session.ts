import type { CaseDefinition, Expectation, Rig, Step } from './cases/define.js';
import { ConformanceError } from './errors.js';
import { Forge, sent } from './forge.js';
import { type Answer, describe, noAnswer, type WireRequest } from './http/message.js';
import type { Line, Patience, Transport } from './http/transport.js';
import { Ledger } from './ledger.js';
import type { Settings } from './options.js';
import type { Need, Result } from './types.js';

/** How many of a case's wrong answers a report names. */
const NAMED = 3;

/** A connection that could not be opened inside a script. */
class Unreachable extends Error {}

/** One run's state: the forge that makes requests, the transport that carries them, the ledger of effects. */
export class Session {
  readonly forge: Forge;
  readonly #settings: Settings;
  readonly #transport: Transport;
  readonly #ledger: Ledger | undefined;
  readonly #signal: AbortSignal;
  #requests = 0;

  constructor(settings: Settings, transport: Transport, signal: AbortSignal) {
    this.#settings = settings;
    this.#transport = transport;
    this.#signal = signal;
    this.forge = new Forge(settings);
    this.#ledger = settings.effects === undefined ? undefined : new Ledger(settings.effects, settings.pace);
  }

  get requests(): number {
    return this.#requests;
  }

  /** What a case needs and this run has not, in words; undefined when it can run. */
  missing(needs: readonly Need[]): string | undefined {
    const lacks: Readonly<Record<Need, string | undefined>> = {
      wire: this.#transport.kind === 'wire' ? undefined : 'needs bytes on a socket: give a URL instead of a function',
      effects: this.#ledger ? undefined : 'needs `effects`, a way to ask how often a delivery was handled: not proven',
      failNext: this.#settings.failNext
        ? undefined
        : 'needs `failNext`, a way to make the handler fail once: not proven',
      previousSecret:
        this.#settings.previousSecret === undefined
          ? 'needs `previousSecret`, an older secret still accepted: not proven'
          : undefined,
    };
    return needs.map((need) => lacks[need]).find((lack) => lack !== undefined);
  }

  /** Runs one case. */
  async run(definition: CaseDefinition): Promise<Result> {
    const started = performance.now();
    const { id, family, title, level } = definition;
    const result = (status: Result['status'], more: Partial<Result> = {}): Result => ({
      id,
      family,
      title,
      level,
      status,
      durationMs: Math.round(performance.now() - started),
      ...more,
    });
    const lack = this.missing(definition.needs);
    if (lack !== undefined) return result('skipped', { detail: lack });
    const detail = await this.#problem(definition);
    if (this.#signal.aborted) return result('skipped', { detail: 'the run was stopped before this case ended' });
    return detail === undefined ? result('passed') : result('failed', this.explain(definition, detail));
  }

  /** What a failed result says besides what happened. */
  explain(
    { fix, why, reference }: CaseDefinition,
    detail: string,
  ): Pick<Result, 'detail' | 'fix' | 'why' | 'reference'> {
    return { detail, fix, why, reference };
  }

  /** Whether anything still answers, given a little time to come back. */
  async reachable(): Promise<boolean> {
    if (this.#transport.open === undefined) return true;
    const line = await this.#transport.open(this.#patience());
    if (line === 'unreachable') return false;
    line.close();
    return true;
  }

  /** The last look at effects, by case id. */
  async sweep(): Promise<Map<string, string>> {
    return (await this.#ledger?.sweep(this.#signal)) ?? new Map<string, string>();
  }

  async #problem(definition: CaseDefinition): Promise<string | undefined> {
    try {
      if (definition.script) return await definition.script(this.#rig(definition.id));
      return await this.#steps(definition.id, definition.steps?.(this.forge, this.#settings.pace) ?? [], 'sequence');
    } catch (error) {
      if (error instanceof Unreachable) return 'connection refused';
      throw error;
    }
  }

  #rig(caseId: string): Rig {
    return {
      forge: this.forge,
      pace: this.#settings.pace,
      send: (message) => this.#send(message),
      open: () => this.#open(),
      answer: (line, method = 'POST') => line.answer(method, this.#patience()),
      run: (steps, order = 'sequence') => this.#steps(caseId, steps, order),
    };
  }

  async #steps(caseId: string, steps: readonly Step[], order: 'sequence' | 'together'): Promise<string | undefined> {
    const problems: string[] = [];
    if (order === 'together') {
      for (const problem of await Promise.all(steps.map((step) => this.#step(caseId, step))))
        if (problem !== undefined) problems.push(problem);
    } else {
      for (const step of steps) {
        if (this.#signal.aborted) break;
        const problem = await this.#step(caseId, step);
        if (problem !== undefined) problems.push(problem);
      }
    }
    if (problems.length === 0) return undefined;
    const rest = problems.length - NAMED;
    return problems.slice(0, NAMED).join('; ') + (rest > 0 ? `; and ${rest} more of ${steps.length}` : '');
  }

  async #step(
    caseId: string,
    { label, request, accept, handled, copies = 1, failFirst }: Step,
  ): Promise<string | undefined> {
    if (failFirst) await this.#settings.failNext?.(sent(request.body));
    const answers = await Promise.all(Array.from({ length: copies }, () => this.#send(request)));
    const wrong = answers.find((answer) => !accept.test(answer));
    if (wrong !== undefined) return `${label}: ${describe(wrong)}; acceptable is ${accept.says}`;
    return handled === undefined ? undefined : this.#effects(caseId, label, request.body, handled);
  }

  async #effects(caseId: string, label: string, body: Uint8Array, expected: Expectation): Promise<string | undefined> {
    return this.#ledger?.expect({ caseId, label, body, expected });
  }

  async #send(message: WireRequest): Promise<Answer> {
    if (this.#signal.aborted) return noAnswer('interrupted', 0);
    this.#requests += 1;
    return this.#transport.send(message, this.#patience());
  }

  async #open(): Promise<Line> {
    if (this.#transport.open === undefined)
      throw new ConformanceError('target_invalid', 'A function has no connection to open.');
    const line = await this.#transport.open(this.#patience());
    if (line === 'unreachable') throw new Unreachable();
    this.#requests += 1;
    return line;
  }

  #patience(): Patience {
    return { deadline: this.#settings.pace.deadline, signal: this.#signal };
  }
}
