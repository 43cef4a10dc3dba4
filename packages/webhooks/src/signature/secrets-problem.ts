import { checkVerifyingSecrets, EMPTY_SECRETS, requireSecret, type Secret, type Secrets } from './secrets.js';

/**
 * Why a receiver refuses to verify with these secrets; undefined when it takes them.
 *
 * For tools that register or configure a secret before a receiver gets it. `sign` takes more: the text `undefined` too.
 *
 * @example
 * ```ts
 * import { secretsProblem } from '@videocloud/webhooks/protocol';
 *
 * const problem = secretsProblem(process.env.VIDEOCLOUD_WEBHOOK_SECRET ?? '');
 * if (problem !== undefined) console.error(problem);
 * ```
 */
export function secretsProblem(secrets: Secrets): string | undefined {
  const list = Array.isArray(secrets) ? (secrets as readonly Secret[]) : [secrets as Secret];
  if (list.length === 0) return EMPTY_SECRETS;
  try {
    checkVerifyingSecrets(list);
    for (const secret of list) requireSecret(secret, '');
    return undefined;
  } catch (error) {
    return (error as TypeError).message;
  }
}
