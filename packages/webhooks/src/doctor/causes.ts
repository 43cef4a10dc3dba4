import { BODY_CAUSES } from './causes-body.js';
import { SECRET_CAUSES } from './causes-secret.js';
import { SIGNATURE_CAUSES } from './causes-signature.js';
import { rawBodyFix } from './frameworks.js';
import type { Cause, Framework } from './types.js';

const CAUSES = { ...BODY_CAUSES, ...SECRET_CAUSES, ...SIGNATURE_CAUSES };

/** Every code a cause can have. */
export type CauseCode = keyof typeof CAUSES;

/** Every code, for tables and tests. */
export const CAUSE_CODES: readonly CauseCode[] = Object.keys(CAUSES) as CauseCode[];

/** A cause of this code; `detail` is appended to its message. */
export function cause(
  code: CauseCode,
  proof: Cause['proof'],
  context: { readonly framework?: Framework | undefined; readonly detail?: string | undefined } = {},
): Cause {
  const { message, fix } = CAUSES[code];
  return {
    code,
    proof,
    message: context.detail === undefined ? message : `${message} ${context.detail}`,
    fix: fix === '' ? rawBodyFix(context.framework) : fix,
  };
}
