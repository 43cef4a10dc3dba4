import type * as traces from './delivery-traces.js';

// For platforms without channels (Vercel Edge, browsers): a bundle for them holds nothing of tracing.

export const traceDelivery: typeof traces.traceDelivery = (_phase, _delivery, work) => work();
export const traceHandlers: typeof traces.traceHandlers = (_delivery, _chosen, run) => run();
export const traceStore: typeof traces.traceStore = (_operation, _deliveryKey, step) => step();
