import { nearestName } from './protocol/nearest.js';

/** Rejects a function, a number or nothing in the place of options. */
export function requireObject(where: string, options: unknown): void {
  if (typeof (options ?? 0) !== 'object') throw new TypeError(`The options of ${where} must be an object`);
}

/**
 * Rejects options that do not exist: a misspelled `onError`, or a function or number in their place, would be silent.
 *
 * @throws TypeError that names the nearest option
 */
export function requireKnownOptions(where: string, options: unknown, known: readonly string[]): void {
  requireObject(where, options);
  for (const name of Object.keys(options as object)) {
    if (known.includes(name)) continue;
    throw new TypeError(`${where} has no option '${name}': did you mean '${nearestName(name, known)}'?`);
  }
}
