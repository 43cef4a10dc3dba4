import { nearestName } from './protocol/nearest.js';

/**
 * Rejects options that do not exist: a misspelled `onError` would be silent.
 *
 * @throws TypeError that names the nearest option
 */
export function requireKnownOptions(where: string, options: object, known: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    throw new TypeError(`${where} has no option '${name}': did you mean '${nearestName(name, known)}'?`);
  }
}
