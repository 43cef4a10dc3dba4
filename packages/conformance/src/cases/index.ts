import { bytesCases } from './bytes.js';
import type { CaseDefinition } from './define.js';
import { deliveryCases } from './delivery.js';
import { effectsCases } from './effects.js';
import { envelopeCases } from './envelope.js';
import { framingCases } from './framing.js';
import { httpCases } from './http.js';
import { leaksCases } from './leaks.js';
import { signatureCases } from './signature.js';
import { timeCases } from './time.js';
import { wireCases } from './wire.js';

/** Every case, family by family, in the order they run. */
export const CASES: readonly CaseDefinition[] = [
  ...signatureCases,
  ...bytesCases,
  ...envelopeCases,
  ...httpCases,
  ...framingCases,
  ...wireCases,
  ...effectsCases,
  ...deliveryCases,
  ...timeCases,
  ...leaksCases,
];
