/**
 * One line a case: what it is called and what came of it. The same on every runtime, so nothing of a clock, of chance or
 * of an engine's own wording may be in it.
 *
 * @typedef {(id: string, verdict: unknown) => void} Say
 */

/** @param {unknown} value */
export function spell(value) {
  return JSON.stringify(value, (_, member) => {
    if (member instanceof Uint8Array)
      return `bytes ${Array.from(member, (b) => b.toString(16).padStart(2, '0')).join('')}`;
    if (typeof member === 'bigint') return `${member}n`;
    return member === undefined ? 'undefined' : member;
  });
}

/**
 * What a call gave or threw.
 *
 * @param {() => unknown} call
 */
export async function tried(call) {
  try {
    return await call();
  } catch (error) {
    const { name, code, status, hint, message } = /** @type {Record<string, unknown>} */ (error);
    return { threw: name, code, status, hint, message };
  }
}

/** @param {string} text */
export const bytes = (text) => new TextEncoder().encode(text);

/** @param {Uint8Array} data */
export async function sha256(data) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', Uint8Array.from(data)));
  return Array.from(digest, (b) => b.toString(16).padStart(2, '0')).join('');
}

/**
 * HMAC by WebCrypto itself, not by the package under test.
 *
 * @param {Uint8Array} data
 * @param {string} secret
 */
export async function hmac(data, secret) {
  const key = await crypto.subtle.importKey('raw', bytes(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const digest = new Uint8Array(await crypto.subtle.sign('HMAC', key, Uint8Array.from(data)));
  return Array.from(digest, (b) => b.toString(16).padStart(2, '0')).join('');
}
