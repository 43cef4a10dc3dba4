import { SpanKind, trace } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { type AcceptTrace, CHANNELS, type HandlerTrace, traceChannel } from '../../src/channels/index.js';
import { handler, handling, telemetry } from './telemetry.js';

const accept = traceChannel<AcceptTrace>(CHANNELS.inboxAccept);
const sdk = telemetry();

describe('the process span', () => {
  it('carries the messaging attributes and is active while the handler runs', async () => {
    sdk().start();
    const traced = { ...handling };
    let active: string | undefined;
    await handler.trace(traced, async () => {
      await Promise.resolve();
      active = trace.getActiveSpan()?.spanContext().spanId;
      traced.result = 'processed';
    });
    const [span] = sdk().spans.getFinishedSpans();
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
    sdk().start();
    await sdk().tracer.startActiveSpan('POST /webhooks', async (server) => {
      await handler.trace({ ...handling }, async () => undefined);
      server.end();
    });
    const [span, server] = sdk().spans.getFinishedSpans();
    expect(span?.parentSpanContext?.spanId).toBe(server?.spanContext().spanId);
  });

  it('links to the trace that the sender named, and never has it as parent', async () => {
    sdk().start();
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await handler.trace({ ...handling, carrier: { traceparent } }, async () => undefined);
    const [span] = sdk().spans.getFinishedSpans();
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
    sdk().start();
    await handler.trace({ ...handling, carrier: { traceparent } }, async () => undefined);
    expect(sdk().spans.getFinishedSpans()[0]?.links).toEqual([]);
  });

  it('ends with an error where the handler throws, and says our code', async () => {
    sdk().start();
    const traced: HandlerTrace = { ...handling };
    const work = async () => {
      traced.code = 'handler_failed';
      throw new Error('no database');
    };
    await expect(handler.trace(traced, work)).rejects.toThrow('no database');
    const [span] = sdk().spans.getFinishedSpans();
    expect(span?.status).toEqual({ code: 2, message: 'no database' });
    expect(span?.attributes['error.type']).toBe('handler_failed');
  });

  it('names an event outside the catalog _OTHER', async () => {
    sdk().start();
    await handler.trace({ ...handling, event: 'x'.repeat(1_000) }, async () => undefined);
    expect(sdk().spans.getFinishedSpans()[0]?.name).toBe('process _OTHER');
  });
});

describe('an inbox', () => {
  const accepting: AcceptTrace = {
    ...{ inbox: 'main', engine: 'sqlite', id: 'record 7', event: 'user.created' },
    ...{ secretIndex: 1, bytes: 9, carrier: null },
  };

  it.each([['link'], ['parent']] as const)('relates the worker to the accepted request by %s', async (propagate) => {
    sdk().start({ propagate });
    const accepted = { ...accepting };
    await sdk().tracer.startActiveSpan('POST /webhooks', async (server) => {
      await accept.trace(accepted, async () => undefined);
      server.end();
    });
    await handler.trace({ ...handling, dispatched: true, carrier: accepted.carrier }, async () => undefined);
    const [send, server, process] = sdk().spans.getFinishedSpans();
    expect(send?.name).toBe('send main');
    expect(send?.kind).toBe(SpanKind.PRODUCER);
    expect(send?.attributes).toMatchObject({
      'messaging.message.id': 'record 7',
      'videocloud.webhooks.secret_index': 1,
    });
    expect(send?.spanContext().traceId).toBe(server?.spanContext().traceId);
    if (propagate === 'parent') {
      expect(process?.parentSpanContext?.spanId).toBe(send?.spanContext().spanId);
      expect(process?.links).toEqual([]);
    } else {
      expect(process?.parentSpanContext).toBeUndefined();
      expect(process?.links[0]?.context.spanId).toBe(send?.spanContext().spanId);
    }
  });
});
