/** One signing secret: a string is UTF-8 encoded, as the platform does; bytes are taken as they are. */
export type Secret = string | Uint8Array;

/** One secret, or several while a rotation is under way (the newest first). */
export type Secrets = Secret | readonly Secret[];

/** Secrets, or a function that fetches them when a delivery needs them. */
export type SecretSource = Secrets | (() => Secrets | undefined | Promise<Secrets | undefined>);

export const EMPTY_SECRETS = 'The list of signing secrets is empty: give at least one';

// NUL counts as blank: HMAC pads its key with zeros, so a key of zeros is the empty key that anyone can guess.
const BLANK = /^[\s\0\u200B-\u200D\u2060]*$/;

/**
 * Refuses a secret that would let every forgery pass; `where` tells it from its siblings in the message.
 *
 * @throws TypeError for a blank, whitespace-only or missing secret
 */
export function requireSecret(secret: Secret, where: string): void {
  const isBytes = Object.prototype.toString.call(secret) === '[object Uint8Array]';
  if (typeof secret !== 'string' && !isBytes) {
    throw new TypeError(`The signing secret${where} is no string or Uint8Array: is the variable set?`);
  }
  if (BLANK.test(typeof secret === 'string' ? secret : new TextDecoder().decode(secret))) {
    throw new TypeError(`The signing secret${where} is blank: is the variable set?`);
  }
}
