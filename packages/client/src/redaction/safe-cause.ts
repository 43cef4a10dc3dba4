import type { Redactor } from './redactor.js';

const MAX_DEPTH = 5;
const MAX_FRAMES = 10;

/** Members that errors of every runtime and realm may have. Recognized by shape: `instanceof` fails across realms. */
interface ErrorShape {
  readonly name: string | undefined;
  readonly message: string;
  readonly code: string | undefined;
  readonly stack: string;
  readonly cause: unknown;
  /** The first of an `AggregateError`. */
  readonly first: unknown;
}

/** Reads an error by shape; undefined for anything without a message. A getter that throws counts as absent. */
export function errorShape(value: unknown): ErrorShape | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const message = member(value, 'message');
  if (typeof message !== 'string') return undefined;
  const text = (name: string) => {
    const found = member(value, name);
    return typeof found === 'string' ? found : undefined;
  };
  const errors = member(value, 'errors');
  return {
    name: text('name'),
    message,
    code: text('code'),
    stack: text('stack') ?? '',
    cause: member(value, 'cause'),
    first: Array.isArray(errors) ? errors[0] : undefined,
  };
}

function member(value: object, name: string): unknown {
  try {
    return (value as Record<string, unknown>)[name];
  } catch {
    return undefined;
  }
}

/** The first code in a chain of causes, such as `ECONNREFUSED`. */
export function codeOf(error: unknown): string | undefined {
  let at = errorShape(error);
  for (let depth = 0; at !== undefined && depth < MAX_DEPTH; depth++) {
    if (at.code !== undefined) return at.code;
    at = errorShape(at.cause);
  }
  return undefined;
}

/**
 * A copy of an error for `cause`: name, message, code, frames of the stack and its own causes, without secrets.
 *
 * Always a copy: an error of somebody's `fetch` may keep the whole request, headers included, in members of its own.
 */
export function safeCause(error: unknown, redactor: Redactor, depth = 0): Error | undefined {
  if (error === undefined || depth >= MAX_DEPTH) return undefined;
  const shape = errorShape(error);
  if (shape === undefined) {
    return new Error(typeof error === 'string' ? redactor.line(error) : `a ${typeof error} was thrown, not an Error`);
  }
  const text = shape.message === '' ? (errorShape(shape.first)?.message ?? '') : shape.message;
  const message = redactor.line(text);
  const cause = safeCause(shape.cause ?? undefined, redactor, depth + 1);
  const copy = new Error(message, cause === undefined ? undefined : { cause });
  const name = safeName(shape.name, redactor) ?? 'Error';
  const frames = shape.stack.split('\n').filter((line) => /^\s+at /.test(line));
  const stack = [`${name}: ${message}`, ...frames.slice(0, MAX_FRAMES).map((frame) => redactor.text(frame))].join('\n');
  Object.defineProperty(copy, 'name', { value: name, configurable: true, writable: true });
  Object.defineProperty(copy, 'stack', { value: stack, configurable: true, writable: true });
  const code = safeName(shape.code, redactor);
  return code === undefined ? copy : Object.assign(copy, { code });
}

/** A short name or code (`ECONNREFUSED`, `validation_failed`); undefined for anything longer, odd or secret. */
export function safeName(value: unknown, redactor: Redactor): string | undefined {
  return typeof value === 'string' && /^[\w.-]{1,64}$/.test(value) && redactor.text(value) === value
    ? value
    : undefined;
}
