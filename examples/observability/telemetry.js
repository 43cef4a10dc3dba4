// Sets OpenTelemetry up. Loaded with `node --import`, so that it is there before Express is.
import { register } from 'node:module';
import { metrics } from '@opentelemetry/api';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { ExpressInstrumentation, ExpressLayerType } from '@opentelemetry/instrumentation-express';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { instrument } from '@videocloud/webhooks/otel';

// Express is imported by a module, which only a hook of the loader sees.
register('@opentelemetry/instrumentation/hook.mjs', import.meta.url);

// In production: OTLPTraceExporter with a BatchSpanProcessor, and OTLPMetricExporter. Here both are kept, to be printed.
export const spans = new InMemorySpanExporter();
new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }).register();

export const figures = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
export const meterProvider = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter: figures })] });
metrics.setGlobalMeterProvider(meterProvider);

registerInstrumentations({
  instrumentations: [
    new HttpInstrumentation({ ignoreOutgoingRequestHook: () => true }),
    new ExpressInstrumentation({ ignoreLayersType: [ExpressLayerType.MIDDLEWARE] }),
  ],
});

// The one line that makes webhooks visible.
instrument();
