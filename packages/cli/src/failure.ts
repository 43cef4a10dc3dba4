/** Exit codes of every verb. */
export const EXIT = { done: 0, failed: 1, usage: 2, remote: 3, interrupted: 130 } as const;

/** An end of the command with a message for the user: one line, and the exit code that goes with it. */
export class Failure extends Error {
  readonly exitCode: number;

  constructor(exitCode: number, message: string) {
    super(message.replace(/\s*\n\s*/g, ' '));
    this.name = 'Failure';
    this.exitCode = exitCode;
  }
}

export function usage(message: string): Failure {
  return new Failure(EXIT.usage, message);
}

export function remote(message: string): Failure {
  return new Failure(EXIT.remote, message);
}

/** The innermost reason of a failed call: `fetch failed` alone says nothing. */
export function reasonOf(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (inner instanceof AggregateError && inner.errors.length > 0) return reasonOf(inner.errors[0]);
  return inner instanceof Error ? inner.message || inner.name : String(inner);
}
