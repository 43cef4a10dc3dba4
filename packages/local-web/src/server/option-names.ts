/** Throws TypeError for options that are no object, and for a name that does not exist: a misspelled one must not be ignored. */
export function checkOptionNames(owner: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null) throw new TypeError(`The options of ${owner} must be an object`);
  for (const name of Object.keys(options)) {
    if (!known.includes(name))
      throw new TypeError(`${owner} has no option ${JSON.stringify(name.slice(0, 64))}; it has ${known.join(', ')}`);
  }
}
