export type { Framework } from '../protocol/frameworks.js';
export { CAUSE_CODES, type Cause, type CauseCode } from './causes/causes.js';
export { type Diagnosis, diagnose } from './diagnose.js';
export type { DiagnoseInput, HeadersLike } from './input.js';
