// What `instrument()` makes of deliveries, with the real OpenTelemetry SDK and its in-memory exporters. On every runtime alike.
import { trace } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { createReceiver } from '@videocloud/webhooks';
import { instrument } from '@videocloud/webhooks/otel';
import { fixture, signedRequest } from '@videocloud/webhooks/testing';

const SECRET = 'a-secret-of-the-runtimes';

/** One genuine delivery and 20 forged ones: what an operator would see. */
export async function check() {
  const spans = new InMemorySpanExporter();
  const tracerProvider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
  // Sets the context manager, through which the span is active in the handler.
  tracerProvider.register();
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const meterProvider = new MeterProvider({ readers: [reader] });
  const instrumentation = instrument({ tracerProvider, meterProvider });

  let active;
  const receiver = createReceiver({ secrets: SECRET, onError: () => {} });
  receiver.on('video.processed', async () => {
    await Promise.resolve();
    active = trace.getActiveSpan()?.spanContext().spanId;
  });
  const deliver = async (secret) =>
    receiver.fetch(await signedRequest('https://runtime.test/webhooks', fixture('video.processed'), secret));
  const statuses = [(await deliver(SECRET)).status];
  for (let count = 0; count < 20; count++) statuses.push((await deliver('a guessed secret')).status);

  await meterProvider.forceFlush();
  const metrics =
    exporter
      .getMetrics()
      .at(-1)
      ?.scopeMetrics.flatMap((scope) => scope.metrics) ?? [];
  const points = (name) =>
    metrics
      .find(({ descriptor }) => descriptor.name === name)
      ?.dataPoints.map(({ value, attributes }) => [attributes['error.type'] ?? 'none', value]);
  const finished = spans.getFinishedSpans();
  instrumentation.disable();
  return {
    statuses: [...new Set(statuses)],
    spans: finished.map(({ name, kind, attributes }) => [name, kind, attributes['videocloud.webhooks.result']]),
    activeInHandler: active !== undefined && active === finished[0]?.spanContext().spanId,
    deliveries: points('videocloud.webhooks.deliveries'),
    consumed: points('messaging.client.consumed.messages'),
    measured: points('messaging.process.duration')?.map(([error, { count }]) => [error, count]),
  };
}
