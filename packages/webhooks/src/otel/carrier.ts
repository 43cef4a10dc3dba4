import { type Context, createTraceState, type Link, ROOT_CONTEXT, type SpanContext, trace } from '@opentelemetry/api';
import type { TraceCarrier } from '../channels/types.js';

/** What must be propagated at least; a longer state is left out. */
const MAX_TRACESTATE = 512;
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** The span a carrier names; undefined where it names none. */
function spanContextOf(carrier: TraceCarrier | null): SpanContext | undefined {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(carrier?.traceparent ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  const { tracestate } = carrier ?? {};
  const context = {
    ...{ traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true },
    ...(isState(tracestate) ? { traceState: createTraceState(tracestate) } : {}),
  };
  return trace.isSpanContextValid?.(context) === false ? undefined : context;
}

/** The links of a span whose work came with this carrier: one, or none. */
export function linksOf(carrier: TraceCarrier | null): Link[] {
  const context = spanContextOf(carrier);
  return context === undefined ? [] : [{ context }];
}

/** The context in which the span of this carrier is the parent. */
export function parentOf(carrier: TraceCarrier | null): Context {
  const context = spanContextOf(carrier);
  return context === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, context);
}

/** The carrier of a span, to be stored beside a record. */
export function carrierOf({ traceId, spanId, traceFlags, traceState }: SpanContext): TraceCarrier {
  const traceparent = `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
  const tracestate = traceState?.serialize();
  return isState(tracestate) ? { traceparent, tracestate } : { traceparent };
}

function isState(state: string | undefined): state is string {
  return typeof state === 'string' && state !== '' && state.length <= MAX_TRACESTATE;
}
