import type { TraceCarrier } from '@videocloud/webhooks/channels';

// The length of a `traceparent`, and the least that a `tracestate` must be kept up to (W3C Trace Context, 3.2 and 3.3.1.5).
const MAX_TRACEPARENT = 55;
const MAX_TRACESTATE = 512;
/** Every database stores it. */
const PRINTABLE = /^[\x20-\x7e]+$/;

/** A carrier as it is stored beside a record; null where there is nothing usable in it. */
export function textOf(carrier: TraceCarrier | null): string | null {
  const bounded = orNull(() => boundedOf(carrier));
  return bounded === null ? null : JSON.stringify(bounded);
}

/** The carrier in a stored text; null where it holds none. */
export function carrierOf(text: string | null): TraceCarrier | null {
  return text === null ? null : orNull(() => boundedOf(JSON.parse(text) as TraceCarrier | null));
}

/** A trace that cannot be read must not keep a delivery from being stored or handled. */
function orNull(read: () => TraceCarrier | null): TraceCarrier | null {
  try {
    return read();
  } catch {
    return null;
  }
}

function boundedOf(carrier: TraceCarrier | null): TraceCarrier | null {
  if (typeof carrier !== 'object' || carrier === null) return null;
  const { traceparent, tracestate } = carrier;
  if (!isShort(traceparent, MAX_TRACEPARENT)) return null;
  // Without its parent a state means nothing; a parent without its state does.
  return isShort(tracestate, MAX_TRACESTATE) ? { traceparent, tracestate } : { traceparent };
}

function isShort(value: unknown, most: number): value is string {
  return typeof value === 'string' && value.length <= most && PRINTABLE.test(value);
}
