// Survivors that no test can or should notice, and why. What is not here must be killed by a test.

/** @type {{ at: string, why: string, mutant: (line: string, was: string, now: string) => boolean }[]} */
export const EXPLAINED = [];
