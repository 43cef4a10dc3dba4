import { BODY } from './support/faults-body.js';
import { DIGEST } from './support/faults-digest.js';
import { HEADER } from './support/faults-header.js';
import { describeMutants } from './support/mutants.js';

describeMutants([...HEADER, ...DIGEST, ...BODY], 30);
