export { checkReceiver } from './check.js';
export { ConformanceError, type ConformanceErrorCode, ConformanceFailure } from './errors.js';
export { LEVELS } from './levels.js';
export { formatReport, REPORTERS, type Reporter } from './reporters/index.js';
export { type CaseOptions, conformanceCases, listCases, type RunnableCase } from './runnable.js';
export type {
  CaseInfo,
  CheckOptions,
  EffectsFunction,
  Family,
  Level,
  LevelStanding,
  Need,
  ProbeCommand,
  Report,
  Result,
  SentDelivery,
  Status,
  Target,
} from './types.js';
