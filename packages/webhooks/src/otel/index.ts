import { type MeterProvider, metrics, type TracerProvider, trace } from '@opentelemetry/api';
import { requireKnownOptions } from '../unknown-options.js';
import { subscribeMetrics } from './metrics.js';
import { subscribeSpans } from './spans.js';

/** The options of {@link instrument}. */
export interface InstrumentOptions {
  /** Where spans go; the global provider by default. */
  tracerProvider?: TracerProvider | undefined;
  /** Where metrics go; the global provider by default. */
  meterProvider?: MeterProvider | undefined;
  /**
   * How the span of an inbox's worker relates to the request that was accepted: `'link'` (default) starts a new trace with
   * a link to it, `'parent'` continues its trace.
   */
  propagate?: 'link' | 'parent' | undefined;
}

/** What {@link instrument} returns. */
export interface Instrumentation {
  /** Ends the instrumentation. Spans that are open end with their work. */
  disable(): void;
}

const NAME = '@videocloud/webhooks';
const OPTIONS = ['tracerProvider', 'meterProvider', 'propagate'];

/**
 * Reports every delivery to OpenTelemetry: spans around handlers and inboxes, durations, counters and backlog gauges.
 *
 * Call it once at start, before or after the SDK is set up: providers are looked up when they are used. Refused
 * deliveries are counted and get no span, so that strangers cannot fill a trace store. Attributes follow the messaging
 * semantic conventions, whose status is Development.
 *
 * @throws TypeError for an option that does not exist, or a `propagate` that is neither `'link'` nor `'parent'`
 * @example
 * ```ts
 * import { instrument } from '@videocloud/webhooks/otel';
 *
 * const instrumentation = instrument();
 * process.once('SIGTERM', () => instrumentation.disable());
 * ```
 * @see https://opentelemetry.io/docs/specs/semconv/messaging/
 */
export function instrument(options: InstrumentOptions = {}): Instrumentation {
  requireKnownOptions('instrument', options, OPTIONS);
  const { tracerProvider, meterProvider, propagate = 'link' } = options;
  if (propagate !== 'link' && propagate !== 'parent') {
    throw new TypeError(`propagate must be 'link' or 'parent', not ${JSON.stringify(propagate)}`);
  }
  const stops = [
    ...subscribeSpans(() => (tracerProvider ?? trace).getTracer(NAME), propagate),
    ...subscribeMetrics(() => (meterProvider ?? metrics).getMeter(NAME)),
  ];
  return {
    disable() {
      for (const stop of stops.splice(0)) stop();
    },
  };
}
