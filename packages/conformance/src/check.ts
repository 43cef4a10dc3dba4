import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConformanceError } from './errors.js';
import { functionTransport } from './http/in-process.js';
import type { Transport } from './http/transport.js';
import { wireTransport } from './http/wire.js';
import { type RunSettings, runSettings } from './options.js';
import { buildReport } from './report.js';
import { type Selected, select } from './select.js';
import { Session } from './session.js';
import { describeTarget, parseTarget } from './target.js';
import type { CheckOptions, Report, Result, Target } from './types.js';

/** How long an endpoint that went away may take to be started again by its supervisor, in milliseconds. */
const RESTART = 1_000;

/** A transport, and what a report calls the target. */
export interface Reached {
  readonly transport: Transport;
  readonly name: string;
}

/** Makes the transport for a target, refusing hosts nobody answers for. */
export function reach(target: Target, options: CheckOptions, settings: RunSettings): Reached {
  if (typeof target === 'function')
    return { transport: functionTransport(target, settings.headers), name: 'in-process function' };
  if (typeof target !== 'string' && Object.prototype.toString.call(target) !== '[object URL]') {
    throw new TypeError('The target must be a URL or a function from Request to Response.');
  }
  const url = parseTarget(target, options.hosts ?? [], options.iOwnThisHost ?? false);
  return { transport: wireTransport(url, settings.headers, options.ca), name: describeTarget(url) };
}

/**
 * Runs the conformance cases against a webhook endpoint and reports which level it proves.
 *
 * The endpoint may be written in any language: what is acceptable is what the protocol demands, not what this project's
 * receiver answers.
 *
 * @param target the endpoint's URL, or a function from Request to Response run in this process
 * @throws TypeError for a blank secret or an option of the wrong type
 * @throws ConformanceError when the host is not one to test (`host_refused`), nothing listens (`target_unreachable`), a name
 * in `only` or `skip` is unknown (`selection_unknown`), or the `effects` or `failNext` probe fails (`effects_failed`); never for a failing endpoint
 * @example
 * ```ts
 * import { checkReceiver } from '@videocloud/webhooks-conformance';
 *
 * const report = await checkReceiver('http://localhost:3000/webhooks', { secret: 'whk-secret', fast: true });
 * if (report.level === 'none') process.exitCode = 1;
 * ```
 * @see the guide, "Безопасность"
 */
export async function checkReceiver(target: Target, options: CheckOptions): Promise<Report> {
  const settings = runSettings(options);
  const selected = select(options.only, options.skip);
  const { transport, name } = reach(target, options, settings);
  const started = performance.now();
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), settings.timing.timeLimit);
  const signal = options.signal ? AbortSignal.any([options.signal, limit.signal]) : limit.signal;
  // Every open connection listens for the end of the run; a burst has fifty.
  setMaxListeners(0, signal);
  const session = new Session(settings, transport, signal);
  try {
    if (!signal.aborted && !(await session.reachable())) {
      if (!signal.aborted)
        throw new ConformanceError(
          'target_unreachable',
          `Nothing answers at ${name}: start the endpoint, and check host, port and TLS.`,
        );
    }
    const results = await runAll(session, selected, signal, options.onResult);
    const late = signal.aborted ? new Map<string, string>() : await session.sweep();
    const final = results.map((result, index): Result => {
      const problem = late.get(result.id);
      const definition = selected[index]?.definition;
      if (definition === undefined || result.status !== 'passed') return result;
      if (problem !== undefined) return { ...result, status: 'failed', ...session.explain(definition, problem) };
      // Work may be late: without the second count, nothing is known about it.
      return signal.aborted && definition.needs.includes('effects')
        ? { ...result, status: 'skipped', detail: 'the run was stopped before its effects were counted again' }
        : result;
    });
    return buildReport({
      results: final,
      target: name,
      kind: transport.kind,
      interrupted: signal.aborted,
      requests: session.requests,
      durationMs: Math.round(performance.now() - started),
    });
  } finally {
    clearTimeout(timer);
    transport.close();
  }
}

async function runAll(
  session: Session,
  selected: readonly Selected[],
  signal: AbortSignal,
  onResult: ((result: Result) => void) | undefined,
): Promise<Result[]> {
  const results: Result[] = [];
  let gone: string | undefined;
  for (const { definition, skipped } of selected) {
    const { id, family, title, level } = definition;
    const left = (detail: string): Result => ({ id, family, title, level, status: 'skipped', detail, durationMs: 0 });
    let result: Result;
    if (skipped) result = left('left out by `skip`');
    else if (signal.aborted) result = left('the run was stopped before this case');
    else if (gone !== undefined) result = left(`the endpoint stopped answering during ${gone}`);
    else result = await session.run(definition);
    if (result.status === 'failed' && gone === undefined && !signal.aborted && !(await stillThere(session))) gone = id;
    results.push(result);
    onResult?.(result);
  }
  return results;
}

async function stillThere(session: Session): Promise<boolean> {
  if (await session.reachable()) return true;
  await sleep(RESTART);
  return session.reachable();
}
