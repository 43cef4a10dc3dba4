import { context, metrics, type Tracer, trace } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  type MetricData,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { afterEach, beforeEach } from 'vitest';
import { CHANNELS, type HandlerTrace, openInboxes, traceChannel } from '../../src/channels/index.js';
import { type Instrumentation, type InstrumentOptions, instrument } from '../../src/otel/index.js';

export const handler = traceChannel<HandlerTrace>(CHANNELS.handler);

export const handling: HandlerTrace = {
  event: 'video.processed',
  deliveryKey: 'key',
  attempt: 2,
  secretIndex: 1,
  dispatched: false,
  carrier: null,
};

/** The real SDK, with exporters in memory. New for each test; `start` subscribes. */
export interface Telemetry {
  readonly spans: InMemorySpanExporter;
  readonly tracerProvider: NodeTracerProvider;
  readonly meterProvider: MeterProvider;
  readonly tracer: Tracer;
  start(options?: InstrumentOptions): Instrumentation;
  /** Exports, and finds the metric. */
  metric(name: string): Promise<MetricData | undefined>;
}

/** Sets the SDK up before each test of the file, and takes it down after. */
export function telemetry(): () => Telemetry {
  let current: Telemetry;
  let instrumentation: Instrumentation | undefined;

  beforeEach(() => {
    const spans = new InMemorySpanExporter();
    const tracerProvider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
    tracerProvider.register();
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const meterProvider = new MeterProvider({
      readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })],
    });
    current = {
      spans,
      tracerProvider,
      meterProvider,
      tracer: tracerProvider.getTracer('test'),
      start(options = {}) {
        instrumentation = instrument({ tracerProvider, meterProvider, ...options });
        return instrumentation;
      },
      async metric(name) {
        await meterProvider.forceFlush();
        const last = exporter.getMetrics().at(-1)?.scopeMetrics ?? [];
        return last.flatMap(({ metrics: all }) => all).find(({ descriptor }) => descriptor.name === name);
      },
    };
  });
  afterEach(async () => {
    instrumentation?.disable();
    instrumentation = undefined;
    openInboxes().clear();
    await current.meterProvider.shutdown();
    trace.disable();
    context.disable();
    metrics.disable();
  });
  return () => current;
}
