/** Exit codes of every command. */
export const EXIT = { done: 0, failed: 1, usage: 2, remote: 3, interrupted: 130 } as const;

/** Ends the command with a message of one line and an exit code. */
export class Failure extends Error {
  readonly exitCode: number;

  constructor(exitCode: number, message: string) {
    super(message.replace(/\s*\n\s*/g, ' '));
    this.name = 'Failure';
    this.exitCode = exitCode;
  }
}

/** The command line is wrong: unknown command, event, option or file. */
export function usage(message: string): Failure {
  return new Failure(EXIT.usage, message);
}

/** The remote or the network failed. */
export function remote(message: string): Failure {
  return new Failure(EXIT.remote, message);
}

/** The innermost reason of a failed call: `fetch failed` alone explains nothing. */
export function reasonOf(error: unknown, depth = 0): string {
  const shape = errorShape(error);
  if (shape === undefined) return String(error);
  const inner: unknown = Array.isArray(shape.errors) ? shape.errors[0] : shape.cause;
  return errorShape(inner) !== undefined && depth < 5 ? reasonOf(inner, depth + 1) : shape.message || shape.name;
}

/** By shape: errors of other realms are not instances of this one's `Error`. */
function errorShape(value: unknown): { name: string; message: string; cause?: unknown; errors?: unknown } | undefined {
  if (typeof value !== 'object' || value === null || !('message' in value)) return undefined;
  const { name, message, cause, errors } = value as Record<string, unknown>;
  return { name: String(name ?? 'Error'), message: String(message), cause, errors };
}

/** Whether a value is an error with this name (`TypeError`, `ConformanceError`). */
export function isNamed(error: unknown, ...names: readonly string[]): boolean {
  const shape = errorShape(error);
  return shape !== undefined && names.includes(shape.name);
}
