import type { CaseDefinition } from './cases/define.js';
import { CASES } from './cases/index.js';
import { reach } from './check.js';
import { ConformanceFailure } from './errors.js';
import { runSettings } from './options.js';
import { select } from './select.js';
import { Session, STOPPED } from './session.js';
import type { CaseInfo, CheckOptions, Result, Target } from './types.js';

/** A case a test runner can run. */
export interface RunnableCase extends CaseInfo {
  /**
   * Runs the case; resolves with a passed or skipped result.
   *
   * @param target overrides the target given to {@link conformanceCases}
   * @throws ConformanceFailure when the endpoint fails the case, or the time limit cuts the case off
   */
  run(target?: Target): Promise<Result>;
  /** The id, for runners that print a case with %s. */
  toString(): string;
}

/** Options of {@link conformanceCases}: those of `checkReceiver`, and the target. */
export interface CaseOptions extends Omit<CheckOptions, 'secret' | 'onResult'> {
  /** Needed to run a case, not to list them. */
  secret?: string | Uint8Array | undefined;
  /** A URL or function; a function that returns neither Response nor promise is not one. Given here or to `run`. */
  target?: Target | undefined;
}

function info({ id, family, title, why, reference, fix, level, needs }: CaseDefinition): CaseInfo {
  return { id, family, title, why, reference, fix, level, needs };
}

/**
 * Every case, in order, without running any.
 *
 * @example
 * ```ts
 * import { listCases } from '@videocloud/webhooks-conformance';
 *
 * for (const { id, title } of listCases()) console.log(id, title);
 * ```
 */
export function listCases(): readonly CaseInfo[] {
  return CASES.map(info);
}

/**
 * The cases as items for `it.each` in vitest or jest, or a loop in node:test. Listing needs no options; running a case
 * needs a secret and a target. `effects` are checked after each case, without the last look of {@link checkReceiver}.
 *
 * @throws ConformanceError `selection_unknown`
 * @example
 * ```ts
 * import { createReceiver } from '@videocloud/webhooks';
 * import { conformanceCases } from '@videocloud/webhooks-conformance';
 * import { it } from 'vitest';
 *
 * const receiver = createReceiver({ secrets: 'whk-secret' });
 * const cases = conformanceCases({ target: (request) => receiver.fetch(request), secret: 'whk-secret', fast: true });
 * it.each(cases)('$id: $title', async (one) => {
 *   await one.run();
 * });
 * ```
 */
export function conformanceCases(options: CaseOptions = {}): RunnableCase[] {
  return select(options.only, options.skip)
    .filter(({ skipped }) => !skipped)
    .map(({ definition }) => ({
      ...info(definition),
      run: (target) => runOne(definition, target ?? options.target, options),
      toString: () => definition.id,
    }));
}

const TOO_SLOW = 'Find what makes the endpoint slow, or give a longer timeLimit.';

// Not a copy with the secret: `...` leaves out what is inherited.
function hasSecret(options: CaseOptions): options is CaseOptions & Pick<CheckOptions, 'secret'> {
  return options.secret !== undefined;
}

async function runOne(definition: CaseDefinition, target: Target | undefined, options: CaseOptions): Promise<Result> {
  if (target === undefined)
    throw new TypeError(
      'Give conformanceCases({ target }) or run(target) a URL or a function from Request to Response.',
    );
  if (!hasSecret(options))
    throw new TypeError('Give conformanceCases({ secret }) the secret the receiver was set up with.');
  const settings = runSettings(options);
  const { transport } = reach(target, options, settings);
  const limit = AbortSignal.timeout(settings.timing.timeLimit);
  try {
    const session = new Session(settings, transport, options.signal ? AbortSignal.any([options.signal, limit]) : limit);
    const result = await session.run(definition);
    if (result.status === 'failed')
      throw new ConformanceFailure(definition.id, result.detail ?? 'failed', definition.fix);
    // A test that is green has proven something; whoever stops the runner gets no verdict.
    if (result.status === 'skipped' && limit.aborted && !options.signal?.aborted)
      throw new ConformanceFailure(definition.id, STOPPED, TOO_SLOW);
    return result;
  } finally {
    transport.close();
  }
}
