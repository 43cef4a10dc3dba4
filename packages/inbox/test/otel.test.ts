// The inbox through the real OpenTelemetry SDK, on every engine: spans, links, metrics and gauges.
import { randomUUID } from 'node:crypto';
import { context, SpanKind, trace } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { createReceiver } from '@videocloud/webhooks';
import { instrument } from '@videocloud/webhooks/otel';
import { fixture, signedBody } from '@videocloud/webhooks/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openInbox } from '../src/index.js';
import { ENGINES } from './engines.js';
import { settled, until } from './waiting.js';

const SECRET = 'inbox-otel-secret';

describe.each(ENGINES)('the $name inbox in OpenTelemetry', ({ available, start }) => {
  let store: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    if (available()) store = await start();
  });
  afterAll(() => store?.stop());

  const cleanups: (() => unknown)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  it.skipIf(!available()).each(['link', 'parent'] as const)(
    'relates each run of a record to its request, by %s, and shows the backlog',
    async (propagate) => {
      const spans = new InMemorySpanExporter();
      const tracerProvider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
      tracerProvider.register();
      const figures = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
      const meterProvider = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter: figures })] });
      const instrumentation = instrument({ tracerProvider, meterProvider, propagate });
      cleanups.push(() => {
        instrumentation.disable();
        trace.disable();
        context.disable();
        return meterProvider.shutdown();
      });
      const name = `o_${randomUUID().slice(0, 8)}`;
      const inbox = await openInbox(store.url, {
        ...{ name, pollInterval: 25, retryDelay: 20, onError: () => {} },
        key: () => `record-${name}`,
      });
      cleanups.push(() => inbox.close());
      const before = (await inbox.stats()).handled;

      const tracer = tracerProvider.getTracer('test');
      const receiver = createReceiver({ secrets: SECRET, inbox, onError: () => {} });
      const { body, signature } = await signedBody(fixture('video.deleted', { data: { videoId: name } }), SECRET);
      await tracer.startActiveSpan('POST /webhooks', async (server) => {
        expect((await receiver.receive({ body, signature })).result).toBe('accepted');
        server.end();
      });
      const gauges = async () => {
        await meterProvider.forceFlush();
        const metrics =
          figures
            .getMetrics()
            .at(-1)
            ?.scopeMetrics.flatMap((scope) => scope.metrics) ?? [];
        const messages = metrics.find(({ descriptor }) => descriptor.name === 'videocloud.inbox.messages');
        return Object.fromEntries(
          (messages?.dataPoints ?? []).map(({ attributes, value }) => {
            expect(attributes['videocloud.inbox.name']).toBe(name);
            return [attributes['videocloud.inbox.state'], value];
          }),
        );
      };
      expect(await gauges()).toEqual({ waiting: 1, retrying: 0, running: 0, handled: before, dead: 0 });

      let runs = 0;
      receiver.on('video.deleted', () => {
        tracer.startSpan(`run ${++runs}`).end();
        if (runs === 1) throw new Error('not yet');
      });
      inbox.process(receiver);
      await settled(inbox, { handled: before + 1, waiting: 0, running: 0 });
      const named = (wanted: string) => spans.getFinishedSpans().filter((span) => span.name === wanted);
      await until(() => named('process video.deleted').length === 2);
      expect(await gauges()).toEqual({ waiting: 0, retrying: 0, running: 0, handled: before + 1, dead: 0 });

      const [server] = named('POST /webhooks');
      const [send] = named(`send ${name}`);
      expect(send?.kind).toBe(SpanKind.PRODUCER);
      expect(send?.parentSpanContext?.spanId).toBe(server?.spanContext().spanId);
      const id = `record-${name}`;
      const ids = [send, ...named('process video.deleted')].map((span) => span?.attributes['messaging.message.id']);
      expect(ids).toEqual([id, id, id]);
      named('process video.deleted').forEach((process, index) => {
        const [made] = named(`run ${index + 1}`);
        expect(made?.parentSpanContext?.spanId).toBe(process.spanContext().spanId);
        expect(process.attributes['videocloud.webhooks.attempt']).toBe(index + 1);
        const linked = process.links.map((link) => link.context.spanId);
        const related = propagate === 'link' ? linked : [process.parentSpanContext?.spanId];
        expect(related).toEqual([send?.spanContext().spanId]);
        expect(linked).toHaveLength(propagate === 'link' ? 1 : 0);
        const sameTrace = process.spanContext().traceId === send?.spanContext().traceId;
        expect(sameTrace).toBe(propagate === 'parent');
      });
    },
  );
});
