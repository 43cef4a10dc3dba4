export { CAUSE_CODES, type CauseCode } from './causes/causes.js';
export { diagnose } from './diagnose.js';
export type { Cause, DiagnoseInput, Diagnosis, Framework, HeadersLike } from './types.js';
