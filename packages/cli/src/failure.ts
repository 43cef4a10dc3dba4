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
export function reasonOf(error: unknown, depth = 0): string {
  if (!(error instanceof Error)) return String(error);
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error.cause;
  return inner instanceof Error && depth < 5 ? reasonOf(inner, depth + 1) : error.message || error.name;
}
