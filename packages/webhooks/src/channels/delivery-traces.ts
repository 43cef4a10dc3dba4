import { errorOf } from '../errors.js';
import { type RequestHeaders, requestIdOf } from '../http/incoming-request.js';
import { type DeliveryState, keyOf } from '../receiver/context.js';
import type { HandlerRun, RunResult } from '../receiver/handlers.js';
import type { Outcome } from '../receiver/outcome.js';
import { traceChannel } from './channel.js';
import { DELIVERY_CHANNEL, HANDLER_CHANNEL, STORE_CHANNEL } from './names.js';
import type { DeliveryTrace, HandlerTrace, StoreTrace, TraceCarrier } from './types.js';

// Published to `node:diagnostics_channel`. Without a subscriber each function below only calls the work.
const deliveries = /* @__PURE__ */ traceChannel<DeliveryTrace>(DELIVERY_CHANNEL);
const handlers = /* @__PURE__ */ traceChannel<HandlerTrace>(HANDLER_CHANNEL);
const stores = /* @__PURE__ */ traceChannel<StoreTrace>(STORE_CHANNEL);

/** Traces a delivery from its arrival to its outcome. `outcomeOf` gives null where `verifyWebhook` lets it pass. */
export function traceDelivery<T>(
  phase: DeliveryTrace['phase'],
  delivery: DeliveryState,
  work: () => Promise<T>,
  outcomeOf: (value: T) => Outcome | null,
): Promise<T> {
  if (!deliveries.active) return work();
  const context: DeliveryTrace = { phase, status: null, ...factsOf(delivery), bytes: 0, requestId: null };
  return deliveries.trace(context, async () => {
    const value = await work();
    const outcome = outcomeOf(value);
    Object.assign(context, factsOf(delivery), {
      result: outcome === null ? 'verified' : outcome.result,
      status: outcome?.status ?? null,
      bytes: delivery.rawBody?.byteLength ?? 0,
      requestId: requestIdOf(delivery.headers),
      ...(outcome?.error === undefined ? {} : { code: outcome.error.code }),
    });
    return value;
  });
}

/** Traces the run of a delivery's handlers; a run that failed or ran out of time is published as an error. */
export function traceHandlers(
  delivery: DeliveryState,
  chosen: HandlerRun,
  run: () => RunResult | Promise<RunResult>,
): RunResult | Promise<RunResult> {
  return handlers.active ? traceRun(delivery, chosen, run) : run();
}

async function traceRun(
  delivery: DeliveryState,
  chosen: HandlerRun,
  run: () => RunResult | Promise<RunResult>,
): Promise<RunResult> {
  const context: HandlerTrace = {
    ...factsOf(delivery),
    deliveryKey: keyOf(delivery),
    dispatched: delivery.source.dispatched ?? false,
    carrier: delivery.source.carrier ?? carrierIn(delivery.headers),
  };
  let ended: RunResult | undefined;
  try {
    return await handlers.trace(context, async () => {
      ended = await run();
      if (ended.state === 'done') {
        context.result = chosen.result;
        return ended;
      }
      context.result = 'failed';
      context.code = ended.state === 'timeout' ? 'handler_timeout' : 'handler_failed';
      throw ended.state === 'timeout' ? errorOf('handler_timeout') : ended.error;
    });
  } catch (error) {
    if (ended === undefined) throw error;
    return ended;
  }
}

/** Traces one step of the idempotency store; `resultOf` names what it replied. */
export function traceStore<T>(
  operation: StoreTrace['operation'],
  deliveryKey: string,
  step: () => Promise<T>,
  resultOf: (reply: T) => string,
): Promise<T> {
  if (!stores.active) return step();
  const context: StoreTrace = { operation, deliveryKey };
  return stores.trace(context, async () => {
    const reply = await step();
    context.result = resultOf(reply);
    return reply;
  });
}

function factsOf({ event, key, attempt, secretIndex }: DeliveryState) {
  return { event: event === null ? null : String(event.event), deliveryKey: key ?? null, attempt, secretIndex };
}

const TRACEPARENT = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The trace a request names; null unless it has the exact form of W3C Trace Context, since a stranger wrote it. */
function carrierIn(headers: RequestHeaders | null): TraceCarrier | null {
  const traceparent = headers?.header('traceparent');
  return typeof traceparent === 'string' && TRACEPARENT.test(traceparent) ? { traceparent } : null;
}
