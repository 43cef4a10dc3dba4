import type { CaseDefinition, Expectation, ScriptContext, Step } from './cases/define.js';
import { DeliveryFactory, sent } from './delivery-factory.js';
import { EffectsLog } from './effects-log.js';
import { ConformanceError } from './errors.js';
import { describe, type EndpointAnswer, noAnswer, type WireRequest } from './http/message.js';
import type { Connection, Transport, WaitLimits } from './http/transport.js';
import type { RunSettings } from './options.js';
import type { Need, Result } from './types.js';
import { unlessStopped } from './unless-stopped.js';

/** How many of a case's problems a report names. */
const NAMED = 3;

/** Why a case without a verdict was skipped. */
export const STOPPED = 'the run was stopped before this case ended';

/** A connection that could not be opened inside a script. */
class Unreachable extends Error {}

/** The run was stopped inside a script: no script judges an answer that was cut off. */
class CutOff extends Error {}

/** One run's state: the factory of requests, the transport that carries them, the log of effects. */
export class Session {
  readonly deliveries: DeliveryFactory;
  readonly #settings: RunSettings;
  readonly #transport: Transport;
  readonly #effectsLog: EffectsLog | undefined;
  readonly #signal: AbortSignal;
  #requests = 0;

  constructor(settings: RunSettings, transport: Transport, signal: AbortSignal) {
    this.#settings = settings;
    this.#transport = transport;
    this.#signal = signal;
    this.deliveries = new DeliveryFactory(settings);
    this.#effectsLog = settings.effects && new EffectsLog(settings.effects, settings.timing, signal);
  }

  get requests(): number {
    return this.#requests;
  }

  /** The first need of a case that this run does not meet; undefined when the case can run. */
  missing(needs: readonly Need[]): string | undefined {
    const lacks: Readonly<Record<Need, string | undefined>> = {
      wire: this.#transport.kind === 'wire' ? undefined : 'needs bytes on a socket: give a URL instead of a function',
      effects: this.#effectsLog
        ? undefined
        : 'needs `effects`, a way to ask how often a delivery was handled: not proven',
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
    // A problem was seen in whole answers, so it stands even when the run was stopped afterwards.
    if (detail !== undefined) return result('failed', this.explain(definition, detail));
    if (this.#signal.aborted) return result('skipped', { detail: STOPPED });
    return result('passed');
  }

  /** What a failed result has besides what a passed one has. */
  explain(
    { fix, why, reference }: CaseDefinition,
    detail: string,
  ): Pick<Result, 'detail' | 'fix' | 'why' | 'reference'> {
    return { detail, fix, why, reference };
  }

  /** Whether anything still answers, given a little time to come back. */
  async reachable(): Promise<boolean> {
    if (this.#transport.open === undefined) return true;
    const connection = await this.#transport.open(this.#waitLimits());
    if (connection === 'unreachable') return false;
    connection.close();
    return true;
  }

  /** The problems found when effects are counted again, by case id. */
  async sweep(): Promise<Map<string, string>> {
    return (await this.#effectsLog?.sweep()) ?? new Map<string, string>();
  }

  async #problem(definition: CaseDefinition): Promise<string | undefined> {
    const noted: string[] = [];
    try {
      if (definition.script) {
        const problem = await definition.script(this.#scriptContext(definition.id, noted));
        return problem ?? summary(noted);
      }
      return await this.#steps(
        definition.id,
        definition.steps?.(this.deliveries, this.#settings.timing) ?? [],
        'sequence',
      );
    } catch (error) {
      if (error instanceof Unreachable) return 'connection refused';
      if (error instanceof CutOff) return summary(noted);
      throw error;
    }
  }

  #scriptContext(caseId: string, noted: string[]): ScriptContext {
    return {
      deliveries: this.deliveries,
      timing: this.#settings.timing,
      send: async (message) => whole(await this.#send(message)),
      open: () => this.#open(),
      answer: async (connection, method = 'POST') =>
        whole(this.#cutOff(await connection.answer(method, this.#waitLimits()))),
      note: (problem) => void noted.push(problem),
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
    return summary(problems, ` of ${steps.length}`);
  }

  async #step(
    caseId: string,
    { label, request, accept, handled, copies = 1, failFirst }: Step,
  ): Promise<string | undefined> {
    const { failNext } = this.#settings;
    if (failFirst && failNext) await unlessStopped(this.#signal, () => failNext(sent(request.body)));
    const answers = await Promise.all(Array.from({ length: copies }, () => this.#send(request)));
    const came = answers.filter(({ failure }) => failure !== 'interrupted');
    const wrong = came.find((answer) => !accept.test(answer));
    if (wrong !== undefined) return `${label}: ${describe(wrong)}; acceptable is ${accept.says}`;
    // What a request that was cut off did is unknown.
    if (handled === undefined || came.length < answers.length) return undefined;
    return this.#effects(caseId, label, request.body, handled);
  }

  async #effects(caseId: string, label: string, body: Uint8Array, expected: Expectation): Promise<string | undefined> {
    return this.#effectsLog?.expect({ caseId, label, body, expected });
  }

  async #send(message: WireRequest): Promise<EndpointAnswer> {
    if (this.#signal.aborted) return noAnswer('interrupted', 0);
    this.#requests += 1;
    return this.#cutOff(await this.#transport.send(message, this.#waitLimits()));
  }

  /** The end of the run closes every socket: from then on, no answer is the kit's doing. */
  #cutOff(answer: EndpointAnswer): EndpointAnswer {
    return answer.status === null && this.#signal.aborted ? { ...answer, failure: 'interrupted' } : answer;
  }

  async #open(): Promise<Connection> {
    if (this.#transport.open === undefined)
      throw new ConformanceError('target_invalid', 'A function has no connection to open.');
    const connection = await this.#transport.open(this.#waitLimits());
    if (connection === 'unreachable') throw this.#signal.aborted ? new CutOff() : new Unreachable();
    this.#requests += 1;
    return connection;
  }

  #waitLimits(): WaitLimits {
    return { deadline: this.#settings.timing.deadline, signal: this.#signal };
  }
}

/** The answer, unless it was cut off. */
function whole(answer: EndpointAnswer): EndpointAnswer {
  if (answer.failure === 'interrupted') throw new CutOff();
  return answer;
}

/** The first problems, and how many more; undefined for none. */
function summary(problems: readonly string[], of = ''): string | undefined {
  if (problems.length === 0) return undefined;
  const rest = problems.length - NAMED;
  return problems.slice(0, NAMED).join('; ') + (rest > 0 ? `; and ${rest} more${of}` : '');
}
