import { ANSWER } from './faults-answer.js';
import { BODY } from './faults-body.js';
import { DELIVERY } from './faults-delivery.js';
import { DIGEST } from './faults-digest.js';
import { ENVELOPE } from './faults-envelope.js';
import { HEADER } from './faults-header.js';
import { HTTP } from './faults-http.js';
import type { Stages } from './reference-receiver.js';

/** One seeded fault, the case meant for it, and the other cases it cannot but fail (`broad`: too many to list). */
export interface Fault {
  name: string;
  caughtBy: string;
  also?: readonly string[];
  stages: Partial<Stages>;
}

/** Every seeded fault. */
export const FAULTS: readonly Fault[] = [...HEADER, ...DIGEST, ...BODY, ...ENVELOPE, ...HTTP, ...DELIVERY, ...ANSWER];
