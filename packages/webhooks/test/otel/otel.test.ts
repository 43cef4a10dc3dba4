import { context, metrics, SpanKind, type Tracer, trace } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  type MetricData,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type AcceptTrace,
  CHANNELS,
  type DeliveryTrace,
  type HandlerTrace,
  openInboxes,
  traceChannel,
} from '../../src/channels/index.js';
import { type Instrumentation, type InstrumentOptions, instrument } from '../../src/otel/index.js';

const delivery = traceChannel<DeliveryTrace>(CHANNELS.delivery);
const handler = traceChannel<HandlerTrace>(CHANNELS.handler);
const accept = traceChannel<AcceptTrace>(CHANNELS.inboxAccept);

const handling: HandlerTrace = {
  event: 'video.processed',
  deliveryKey: 'key',
  attempt: 2,
  secretIndex: 1,
  dispatched: false,
  carrier: null,
};
const answering: DeliveryTrace = {
  phase: 'answer',
  status: null,
  event: null,
  deliveryKey: null,
  attempt: 1,
  secretIndex: -1,
  bytes: 0,
  requestId: null,
};

let spans: InMemorySpanExporter;
let tracerProvider: NodeTracerProvider;
let meterProvider: MeterProvider;
let exporter: InMemoryMetricExporter;
let tracer: Tracer;
let instrumentation: Instrumentation | undefined;

beforeEach(() => {
  spans = new InMemorySpanExporter();
  tracerProvider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
  tracerProvider.register();
  exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  meterProvider = new MeterProvider({
    readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })],
  });
  tracer = tracerProvider.getTracer('test');
});
afterEach(async () => {
  instrumentation?.disable();
  instrumentation = undefined;
  openInboxes().clear();
  await meterProvider.shutdown();
  trace.disable();
  context.disable();
  metrics.disable();
});

function start(options: InstrumentOptions = {}): void {
  instrumentation = instrument({ tracerProvider, meterProvider, ...options });
}

async function metric(name: string): Promise<MetricData | undefined> {
  await meterProvider.forceFlush();
  const collected =
    exporter
      .getMetrics()
      .at(-1)
      ?.scopeMetrics.flatMap((scope) => scope.metrics) ?? [];
  return collected.find(({ descriptor }) => descriptor.name === name);
}

describe('the process span', () => {
  it('carries the messaging attributes and is active while the handler runs', async () => {
    start();
    const traced = { ...handling };
    let active: string | undefined;
    await handler.trace(traced, async () => {
      await Promise.resolve();
      active = trace.getActiveSpan()?.spanContext().spanId;
      traced.result = 'processed';
    });
    const [span] = spans.getFinishedSpans();
    expect(span?.name).toBe('process video.processed');
    expect(span?.kind).toBe(SpanKind.CONSUMER);
    expect(span?.spanContext().spanId).toBe(active);
    expect(span?.attributes).toEqual({
      'messaging.system': 'videocloud',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': 'video.processed',
      'messaging.message.id': 'key',
      'videocloud.webhooks.attempt': 2,
      'videocloud.webhooks.secret_index': 1,
      'videocloud.webhooks.result': 'processed',
    });
  });

  it('is a child of the span of the HTTP server', async () => {
    start();
    await tracer.startActiveSpan('POST /webhooks', async (server) => {
      await handler.trace({ ...handling }, async () => undefined);
      server.end();
    });
    const [span, server] = spans.getFinishedSpans();
    expect(span?.parentSpanContext?.spanId).toBe(server?.spanContext().spanId);
  });

  it('links to the trace that the sender named, and never has it as parent', async () => {
    start();
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await handler.trace({ ...handling, carrier: { traceparent } }, async () => undefined);
    const [span] = spans.getFinishedSpans();
    expect(span?.parentSpanContext).toBeUndefined();
    expect(span?.spanContext().traceId).not.toBe('0af7651916cd43dd8448eb211c80319c');
    expect(span?.links.map(({ context: linked }) => linked.spanId)).toEqual(['b7ad6b7169203331']);
  });

  it.each([
    ['that is junk', 'junk'],
    ['with a zero trace id', '00-00000000000000000000000000000000-b7ad6b7169203331-01'],
    ['with a zero span id', '00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01'],
    ['with a tail', `00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01${'x'.repeat(100_000)}`],
  ])('has no link for a carrier %s', async (_, traceparent) => {
    start();
    await handler.trace({ ...handling, carrier: { traceparent } }, async () => undefined);
    expect(spans.getFinishedSpans()[0]?.links).toEqual([]);
  });

  it('ends with an error where the handler throws, and says our code', async () => {
    start();
    const traced: HandlerTrace = { ...handling };
    const work = async () => {
      traced.code = 'handler_failed';
      throw new Error('no database');
    };
    await expect(handler.trace(traced, work)).rejects.toThrow('no database');
    const [span] = spans.getFinishedSpans();
    expect(span?.status).toEqual({ code: 2, message: 'no database' });
    expect(span?.attributes['error.type']).toBe('handler_failed');
  });

  it('names an event outside the catalog _OTHER', async () => {
    start();
    await handler.trace({ ...handling, event: 'x'.repeat(1_000) }, async () => undefined);
    expect(spans.getFinishedSpans()[0]?.name).toBe('process _OTHER');
  });
});

describe('an inbox', () => {
  const accepting: AcceptTrace = { inbox: 'main', engine: 'sqlite', event: 'user.created', bytes: 9, carrier: null };

  it.each([['link'], ['parent']] as const)('relates the worker to the accepted request by %s', async (propagate) => {
    start({ propagate });
    const accepted = { ...accepting };
    await tracer.startActiveSpan('POST /webhooks', async (server) => {
      await accept.trace(accepted, async () => undefined);
      server.end();
    });
    await handler.trace({ ...handling, dispatched: true, carrier: accepted.carrier }, async () => undefined);
    const [send, server, process] = spans.getFinishedSpans();
    expect(send?.name).toBe('send main');
    expect(send?.kind).toBe(SpanKind.PRODUCER);
    expect(send?.spanContext().traceId).toBe(server?.spanContext().traceId);
    if (propagate === 'parent') {
      expect(process?.parentSpanContext?.spanId).toBe(send?.spanContext().spanId);
      expect(process?.links).toEqual([]);
    } else {
      expect(process?.parentSpanContext).toBeUndefined();
      expect(process?.links[0]?.context.spanId).toBe(send?.spanContext().spanId);
    }
  });

  it('reports its backlog and the age of its oldest message', async () => {
    start();
    openInboxes().add({ name: 'main', observe: async () => ({ messages: { waiting: 3, dead: 1 }, oldestMs: 1_500 }) });
    openInboxes().add({ name: 'away', observe: () => Promise.reject(new Error('database away')) });
    const points = (await metric('videocloud.inbox.messages'))?.dataPoints.map(({ value, attributes }) => [
      attributes['videocloud.inbox.state'],
      value,
    ]);
    expect(points).toEqual([
      ['waiting', 3],
      ['dead', 1],
    ]);
    expect((await metric('videocloud.inbox.oldest_message.age'))?.dataPoints[0]?.value).toBe(1.5);
  });
});

describe('the metrics', () => {
  it('count each answered delivery, refusals included, and no span is made for a refusal', async () => {
    start();
    for (let count = 0; count < 20; count++) {
      const traced = { ...answering };
      await delivery.trace(traced, async () => {
        Object.assign(traced, { result: 'rejected', status: 401, code: 'signature_mismatch' });
      });
    }
    const handled: DeliveryTrace = { ...answering, phase: 'handling' };
    await delivery.trace(handled, async () => undefined);
    const counted = await metric('videocloud.webhooks.deliveries');
    expect(counted?.dataPoints.map(({ value, attributes }) => [value, attributes])).toEqual([
      [
        20,
        {
          'videocloud.webhooks.result': 'rejected',
          'http.response.status_code': 401,
          'error.type': 'signature_mismatch',
        },
      ],
    ]);
    expect(spans.getFinishedSpans()).toEqual([]);
  });

  it('measure the handlers in seconds', async () => {
    start();
    await handler.trace({ ...handling }, async () => undefined);
    const duration = await metric('messaging.process.duration');
    expect(duration?.descriptor.unit).toBe('s');
    expect(duration?.dataPoints[0]?.value).toMatchObject({ count: 1 });
    expect((await metric('messaging.client.consumed.messages'))?.dataPoints[0]?.value).toBe(1);
  });

  it('find a provider that is set after instrument()', async () => {
    instrumentation = instrument({ tracerProvider });
    await handler.trace({ ...handling }, async () => undefined);
    metrics.setGlobalMeterProvider(meterProvider);
    await handler.trace({ ...handling }, async () => undefined);
    expect((await metric('messaging.client.consumed.messages'))?.dataPoints[0]?.value).toBe(1);
  });
});

describe('instrument', () => {
  it('stops when it is disabled', async () => {
    start();
    instrumentation?.disable();
    expect(handler.active).toBe(false);
    await handler.trace({ ...handling }, async () => undefined);
    expect(spans.getFinishedSpans()).toEqual([]);
  });

  it.each([
    [{ propagate: 'both' }, /'link' or 'parent'/],
    [{ tracer: 1 }, /no option tracer/],
  ])('refuses %j', (options, message) => {
    expect(() => instrument(options as never)).toThrow(message);
  });
});
