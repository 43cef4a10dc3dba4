import { type Context, type Link, ROOT_CONTEXT, type SpanContext, trace } from '@opentelemetry/api';
import type { TraceCarrier } from '../channels/types.js';

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** The span a carrier names; undefined where it names none. */
function spanContextOf(carrier: TraceCarrier | null): SpanContext | undefined {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(carrier?.traceparent ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  const context = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
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
export function carrierOf({ traceId, spanId, traceFlags }: SpanContext): TraceCarrier {
  return { traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}` };
}
