export type { CaseResult, CaseView } from './protocol.js';
export type { ConformanceKit, KitReport } from './server/conformance.js';
export type { Inspector, InspectorOptions } from './server/inspector.js';
export { createInspector } from './server/inspector.js';
