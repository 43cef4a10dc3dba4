export { CAUSE_CODES, type Cause, type CauseCode } from './causes/causes.js';
export { diagnose } from './diagnose.js';
export type { DiagnoseInput, Diagnosis, Framework, HeadersLike } from './types.js';
