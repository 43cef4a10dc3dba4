/** Why a run could not start: all but `target_unreachable` are usage errors. */
export type ConformanceErrorCode =
  | 'target_invalid'
  | 'host_refused'
  | 'selection_unknown'
  | 'target_unreachable'
  | 'effects_failed'
  | 'reporter_unknown';

/**
 * A run that could not start or go on, with a message that names the fix. A failing endpoint is never an error: it is a
 * {@link Report}. Misuse of an option's type is a `TypeError`.
 */
export class ConformanceError extends Error {
  override readonly name = 'ConformanceError';
  readonly code: ConformanceErrorCode;

  constructor(code: ConformanceErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A failed case, thrown by a {@link RunnableCase} so that a test runner reports it. */
export class ConformanceFailure extends Error {
  override readonly name = 'ConformanceFailure';
  readonly id: string;
  readonly fix: string;

  constructor(id: string, detail: string, fix: string) {
    super(`${id}: ${detail}\n  fix: ${fix}`);
    this.id = id;
    this.fix = fix;
  }
}
