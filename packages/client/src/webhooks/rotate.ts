import { assertNone, updateIssues } from '../issues.js';
import type { CallOptions, Webhook } from './types.js';
import type { Webhooks } from './webhooks.js';

/** The last retry of a delivery comes 111 minutes after its first attempt. */
const RETRY_HORIZON = 111 * 60_000;

export interface RotateSecretOptions extends CallOptions {
  /** The secret to change to; 32 random bytes as base64url by default. */
  newSecret?: string | undefined;
  /** Called with the new secret before VideoCloud is: make the receivers accept it. A throw stops the rotation. */
  prepare?: ((newSecret: string) => void | Promise<void>) | undefined;
}

export interface RotatedSecret {
  webhook: Webhook;
  /** The secret in force now. Keep it: it cannot be read back. */
  secret: string;
  /** The retries that were under way at the change are over after this. */
  dropOldAfter: Date;
}

export async function rotateSecret(
  webhooks: Webhooks,
  id: string,
  { newSecret = randomSecret(), prepare, signal }: RotateSecretOptions,
  now: () => number,
): Promise<RotatedSecret> {
  assertNone('rotateSecret', updateIssues({ secret: newSecret }));
  await prepare?.(newSecret);
  const webhook = await webhooks.update(id, { secret: newSecret }, { signal });
  return { webhook, secret: newSecret, dropOldAfter: new Date(now() + RETRY_HORIZON) };
}

function randomSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=+$/, '');
}
