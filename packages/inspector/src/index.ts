export type { CaseResult, CaseView } from './protocol.js';
export type { ConformanceKit } from './server/conformance.js';
export type { Inspector, InspectorOptions } from './server/inspector.js';
export { createInspector } from './server/inspector.js';
