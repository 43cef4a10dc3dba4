/**
 * An option that is a number within limits.
 *
 * @param limits the limits in words, after "must be"
 * @throws TypeError for anything else
 */
export function numberOption(
  name: string,
  given: unknown,
  limits: string,
  least: number,
  most: number = Number.POSITIVE_INFINITY,
): number {
  if (typeof given === 'number' && given >= least && given <= most) return given;
  throw new TypeError(`${name} must be ${limits}, not ${String(given)}`);
}

/**
 * An option that is a function, or not given.
 *
 * @throws TypeError for anything else
 */
export function functionOption<T>(name: string, given: T | undefined): T | undefined {
  if (given === undefined || typeof given === 'function') return given;
  throw new TypeError(`${name} must be a function, not ${given === null ? 'null' : typeof given}`);
}
