/** Why a run could not start: all but `target_unreachable` are usage errors. */
export type ConformanceErrorCode =
  | 'target_invalid'
  | 'host_refused'
  | 'selection_unknown'
  | 'target_unreachable'
  | 'effects_failed'
  | 'reporter_unknown';

/**
 * A run that could not start or go on, with a message that names the fix.
 *
 * A failing endpoint is never an error: it is a {@link Report}. Misuse of an option's type is a `TypeError`.
 *
 * @example
 * ```ts
 * import { ConformanceError, checkReceiver } from '@videocloud/webhooks-conformance';
 *
 * try {
 *   const report = await checkReceiver('http://127.0.0.1:3000/webhooks', { secret: 'whk-secret' });
 *   console.log(report.level);
 * } catch (error) {
 *   if (!(error instanceof ConformanceError) || error.code !== 'target_unreachable') throw error;
 *   console.error('Start the receiver first');
 * }
 * ```
 */
export class ConformanceError extends Error {
  override readonly name = 'ConformanceError';
  /** What went wrong, for programs. */
  readonly code: ConformanceErrorCode;

  constructor(code: ConformanceErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/**
 * A failed case, thrown by a {@link RunnableCase} so that a test runner reports it.
 *
 * @example
 * ```ts
 * import { ConformanceFailure, conformanceCases } from '@videocloud/webhooks-conformance';
 *
 * for (const { id, run } of conformanceCases({ target: 'http://127.0.0.1:3000/webhooks', secret: 'whk-secret' })) {
 *   await run().catch((error: unknown) => {
 *     if (!(error instanceof ConformanceFailure)) throw error;
 *     console.error(id, error.fix);
 *   });
 * }
 * ```
 */
export class ConformanceFailure extends Error {
  override readonly name = 'ConformanceFailure';
  /** The case's id, such as `signature.missing`. */
  readonly id: string;
  /** What to change in the receiver. */
  readonly fix: string;

  constructor(id: string, detail: string, fix: string) {
    super(`${id}: ${detail}\n  fix: ${fix}`);
    this.id = id;
    this.fix = fix;
  }
}
