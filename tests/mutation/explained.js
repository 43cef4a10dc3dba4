// Survivors that no test can or should notice, and why. What is not here is to be killed by a test.

/** @typedef {{ at: string, why: string, mutant: (line: string, was: string, now: string) => boolean }} Explanation */

const FAST = 'only slower: the same value by the longer way';
const ALWAYS = 'never absent there: the check is for the type checker';
const FALLBACK = 'a default of a value that is never absent there';

/** @type {Explanation[]} */
export const EXPLAINED = [
  { at: 'runtime/node.ts', why: FAST, mutant: (line) => line.includes('oneShot === undefined ?') },
  {
    at: 'runtime/node.ts',
    why: 'createSecretKey takes both kinds alike, and UTF-8 is its default: the two calls are for its types',
    mutant: (line) => line.includes("createSecretKey(secret, 'utf8') : createSecretKey(secret)"),
  },
  {
    at: 'runtime/node.ts',
    why: 'indices past the end hold no key and are passed over',
    mutant: (_, was) => was === 'keys.length - 1' || was === 'key !== undefined',
  },
  { at: 'runtime/web.ts', why: 'undefined either way', mutant: (line) => line.includes('} catch {') },
  { at: 'signature/sign.ts', why: '32 bytes end in exactly one =', mutant: (_, was) => was === '/=+$/' },
  { at: 'events/envelope.ts', why: ALWAYS, mutant: (_, was) => /^issue\?\./.test(was) },
  { at: 'events/envelope.ts', why: FALLBACK, mutant: (line, was) => line.includes('issue?.message') && was === "''" },
  { at: 'events/envelope.ts', why: 'paths of the envelope have one member', mutant: (_, was) => was === "'.'" },
  {
    at: 'events/validate-payload.ts',
    why: FALLBACK,
    mutant: (line, was) => line.includes("shape[name] ?? ''") && was === "''",
  },
  {
    at: 'events/validate-payload.ts',
    why: 'fits() is the fast way of collect(), which finds nothing where all is right; other callers stop at the limit too',
    mutant: (line) =>
      /shape [!=]== undefined|issues\.length >= MAX_ISSUES|value\.length && issues|type === types/.test(line),
  },
  {
    at: 'events/timestamp.ts',
    why: 'dividing by 1 or -1 is multiplying by it',
    mutant: (_, was, now) => was.includes("(sign === '-' ? -1 : 1)") && now.includes(' / '),
  },
  {
    at: 'receiver/context.ts',
    why: FAST,
    mutant: (_, was, now) => was === '!DIGEST_IS_SYNC' && now === 'true',
  },
  {
    at: 'receiver/pipeline.ts',
    why: ALWAYS,
    mutant: (_, was) => /^(this\.#settings\.inbox\?|reply\?)/.test(was),
  },
  {
    at: 'receiver/run-handlers.ts',
    why: 'no attempt is larger than undefined',
    mutant: (_, was) => was === 'maxAttempts !== undefined',
  },
  {
    at: 'receiver/run-handlers.ts',
    why: 'a claim and the deduplicator are there or absent together',
    mutant: (_, was) => was.startsWith('this.#services.deduplicator?'),
  },
  { at: 'receiver/handlers.ts', why: ALWAYS, mutant: (_, was) => was.startsWith('first?.') },
  {
    at: 'receiver/timeouts.ts',
    why: 'whether a deadline is over at the very microsecond, or a millisecond later',
    mutant: (_, was, now) => was === 'deadline.at > now' && now === 'deadline.at >= now',
  },
  {
    at: 'receiver/hooks.ts',
    why: 'only slower: an error of calling no hook is swallowed',
    mutant: (_, was) => was === 'hook === undefined',
  },
  { at: 'receiver/settings.ts', why: ALWAYS, mutant: (_, was) => was === 'options.inbox?.accept' },
  {
    at: 'receiver/settings.ts',
    why: 'undefined plus a number is NaN, which no comparison holds for',
    mutant: (_, was, now) => was === 'maxAge !== undefined' && now === 'true',
  },
];
