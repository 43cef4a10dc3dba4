import { isBytes } from './bytes.js';

/** One signing secret: a string is UTF-8 encoded, as the platform does; bytes are taken as they are. */
export type Secret = string | Uint8Array;

/** One secret, or up to 32 while a rotation is under way (the newest first). */
export type Secrets = Secret | readonly Secret[];

/** Secrets, or a function that fetches them when a delivery needs them. */
export type SecretSource<Env = unknown> =
  | Secrets
  | ((context: { env: Env }) => Secrets | undefined | Promise<Secrets | undefined>);

/** Each secret costs an HMAC over the body for every request a stranger sends. */
const MAX_SECRETS = 32;

// NUL counts as blank: HMAC pads its key with zeros, so a key of zeros is the empty key that anyone can guess.
const BLANK = /^[\s\0\u200B-\u200D\u2060]*$/;

/**
 * Rejects a secret that would let every forgery pass; `where` names it in the message.
 *
 * @throws TypeError for a blank, whitespace-only or missing secret
 */
export function requireSecret(secret: Secret, where: string): void {
  if (typeof secret !== 'string' && !isBytes(secret)) {
    throw new TypeError(`The signing secret${where} is no string or Uint8Array: is the variable set?`);
  }
  if (BLANK.test(typeof secret === 'string' ? secret : new TextDecoder().decode(secret))) {
    throw new TypeError(`The signing secret${where} is blank: is the variable set?`);
  }
}

export const EMPTY_SECRETS = 'The list of signing secrets is empty: give at least one';

/**
 * Rejects more than 32 secrets to verify with, and the text of a missing variable: a forger would try it first. `sign`
 * takes it, since the doctor finds senders that sign with it.
 *
 * @throws TypeError
 */
export function checkVerifyingSecrets(secrets: Secrets): void {
  const isList = Array.isArray(secrets);
  if (isList && secrets.length > MAX_SECRETS) {
    throw new TypeError(`The list holds ${secrets.length} signing secrets: give at most ${MAX_SECRETS}`);
  }
  if (isList ? secrets.includes('undefined') : secrets === 'undefined') {
    throw new TypeError("The signing secret is 'undefined': is the variable set?");
  }
}
