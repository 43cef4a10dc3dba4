import { requireSecrets } from '#hmac';
import type { Secret, SecretSource, Secrets } from '../signature/secrets.js';
import { type Deadlines, EXPIRED, within } from './deadlines.js';

/** Gives the secrets for one delivery. Throws or rejects when there are none to be had. */
export type SecretReader = () => Secrets | Promise<Secrets>;

/**
 * Makes the reader of a receiver's secrets; fixed ones are checked and copied now.
 *
 * @throws TypeError for blank, empty or missing secrets (fail closed: such a receiver would accept forgeries)
 */
export function secretReader(source: SecretSource, deadlines: Deadlines): SecretReader {
  if (source === undefined || source === null) {
    throw new TypeError(
      'createReceiver needs `secrets`: the signing secret of the subscription, a list, or a function',
    );
  }
  if (typeof source !== 'function') {
    const secrets = copy(source);
    requireSecrets(secrets);
    return () => secrets;
  }
  let pending: Promise<Secrets> | undefined;
  return () => {
    if (pending !== undefined) return pending;
    const given = source();
    if (!isPromise(given)) return usable(given);
    const read = within(deadlines, given)
      .then((secrets) => {
        if (secrets === EXPIRED) throw new Error('The secrets provider did not answer in time');
        return usable(secrets);
      })
      .finally(() => {
        pending = undefined;
      });
    pending = read;
    return read;
  };
}

function usable(secrets: Secrets | undefined): Secrets {
  if (secrets === undefined) throw new TypeError('The secrets provider gave no secret: is the variable set?');
  requireSecrets(secrets);
  return secrets;
}

function copy(secrets: Secrets): Secrets {
  // Not slice(): a Buffer's is a view of the same memory. Not `instanceof`: Jest and vm contexts have classes of their own.
  const one = (secret: Secret): Secret =>
    Object.prototype.toString.call(secret) === '[object Uint8Array]' ? Uint8Array.from(secret as Uint8Array) : secret;
  return Array.isArray(secrets) ? Array.from(secrets as readonly Secret[], one) : one(secrets as Secret);
}

function isPromise<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
