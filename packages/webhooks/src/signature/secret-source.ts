import { requireSecrets, shareCalls } from '#runtime';
import { TIMED_OUT, withTimeout } from '../receiver/timeouts.js';
import type { Deadlines } from '../runtime/deadlines.js';
import { isBytes } from './bytes.js';
import { checkVerifyingSecrets, type Secret, type SecretSource, type Secrets } from './secrets.js';

/** A receiver's secrets, or what asks their provider and rejects when there are none to be had. */
export type SecretReader = Secrets | ((env: unknown) => Promise<Secrets>);

/**
 * The secrets of a receiver. Fixed ones are checked and copied now.
 *
 * @throws TypeError for blank, empty or missing secrets (fail closed: such a receiver would accept forgeries)
 */
export function secretReader(source: SecretSource, deadlines: Deadlines): SecretReader {
  if (source === undefined || source === null) {
    throw new TypeError('`secrets` is missing: give the signing secret, a list, or a function');
  }
  if (typeof source !== 'function') {
    const secrets = copySecrets(source);
    checkVerifyingSecrets(secrets);
    requireSecrets(secrets);
    return secrets;
  }
  return shareCalls((env) => readSecrets(source, env, deadlines));
}

async function readSecrets(
  source: Extract<SecretSource, (...args: never[]) => unknown>,
  env: unknown,
  deadlines: Deadlines,
): Promise<Secrets> {
  // undefined is refused below, as any other value that is no secret.
  const secrets = await withTimeout(deadlines, source({ env }) as Secrets | Promise<Secrets>);
  if (secrets === TIMED_OUT) throw new Error('The secrets provider did not answer in time');
  checkVerifyingSecrets(secrets);
  requireSecrets(secrets);
  return secrets;
}

function copySecrets(secrets: Secrets): Secrets {
  const copy = (secret: Secret): Secret => (isBytes(secret) ? new Uint8Array(secret) : secret);
  return Array.isArray(secrets) ? Array.from(secrets as readonly Secret[], copy) : copy(secrets as Secret);
}
