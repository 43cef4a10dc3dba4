import type { Cause, CauseText, Framework } from '../types.js';
import { BODY_CAUSES, type BodyCauseCode } from './body.js';
import { rawBodyFix } from './frameworks.js';
import { SECRET_CAUSES, type SecretCauseCode } from './secret.js';
import { SIGNATURE_CAUSES, type SignatureCauseCode } from './signature.js';

/** Every code a cause can have. */
export type CauseCode = BodyCauseCode | SecretCauseCode | SignatureCauseCode;

const CAUSES: Readonly<Record<CauseCode, CauseText>> = { ...BODY_CAUSES, ...SECRET_CAUSES, ...SIGNATURE_CAUSES };

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
