// The platform's facts, each once. Client, sender, inspector, inbox and command line import them from here.

export { secretsProblem } from '../signature/secrets-problem.js';
export type { DeliveredEventType, EventType } from './events.js';
export {
  ALIASES,
  DELIVERED_EVENT_TYPES,
  EVENT_GROUPS,
  EVENT_SUMMARIES,
  EVENT_TYPES,
  subscribedName,
} from './events.js';
export type { Framework } from './frameworks.js';
export { FRAMEWORKS } from './frameworks.js';
export { nearestName } from './nearest.js';
export { RETRY_DELAYS_MS, RETRY_HORIZON_MS } from './retries.js';
export { SIGNATURE_HEADER } from './signature-header.js';
