import { generateSecret } from '@videocloud/webhooks';
import { RETRY_HORIZON_MS } from '@videocloud/webhooks/protocol';
import { assertNone, updateIssues } from '../input-issues.js';
import { checkOptions, pathOf } from './check-arguments.js';
import type { CallOptions, Webhook, WebhookCalls } from './types.js';

/** Options of `rotateSecret`. */
export interface RotateSecretOptions extends CallOptions {
  /**
   * The secret to change to; left out, one is made: 32 random bytes as base64url. An undefined one is a TypeError.
   *
   * Where the call fails with its answer lost, the new secret may be in force: call again with the same one. One that was
   * made here is known only to `prepare`; without that, rotate again before 111 minutes are over.
   */
  newSecret?: string | undefined;
  /** Called with the new secret before VideoCloud gets it: make the receivers accept it. A throw stops the rotation. */
  prepare?: ((newSecret: string) => void | Promise<void>) | undefined;
}

/** The result of `rotateSecret`. */
export interface RotatedSecret {
  webhook: Webhook;
  /** The secret in force now. Keep it: it cannot be read back. */
  secret: string;
  /** The last retry of a delivery signed with the old secret: 111 minutes from now. */
  dropOldAfter: Date;
}

export async function rotateSecret(
  webhooks: Pick<WebhookCalls, 'update'>,
  id: string,
  options: RotateSecretOptions,
  now: () => number,
): Promise<RotatedSecret> {
  checkOptions('rotateSecret', options, ['newSecret', 'prepare', 'signal']);
  // An unset variable: a secret made here would be in force and known to nobody.
  if ('newSecret' in options && options.newSecret === undefined && options.prepare === undefined) {
    throw new TypeError(
      "rotateSecret: newSecret is undefined: is the variable set? Leave it out to have one made, and keep the result's secret",
    );
  }
  const { newSecret = generateSecret(), prepare, signal } = options;
  // Before `prepare`, which may deploy something.
  pathOf('rotateSecret', id);
  signal?.throwIfAborted();
  assertNone('rotateSecret', updateIssues({ secret: newSecret }));
  await prepare?.(newSecret);
  const webhook = await webhooks.update(id, { secret: newSecret }, { signal });
  return { webhook, secret: newSecret, dropOldAfter: new Date(now() + RETRY_HORIZON_MS) };
}
