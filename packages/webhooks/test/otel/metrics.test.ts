import { metrics } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { CHANNELS, type DeliveryTrace, openInboxes, traceChannel } from '../../src/channels/index.js';
import { instrument } from '../../src/otel/index.js';
import { handler, handling, telemetry } from './telemetry.js';

const delivery = traceChannel<DeliveryTrace>(CHANNELS.delivery);
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

const sdk = telemetry();

describe('the metrics', () => {
  it('count each answered delivery, refusals included, and no span is made for a refusal', async () => {
    sdk().start();
    for (let count = 0; count < 20; count++) {
      const traced = { ...answering };
      await delivery.trace(traced, async () => {
        Object.assign(traced, { result: 'rejected', status: 401, code: 'signature_mismatch' });
      });
    }
    const handled: DeliveryTrace = { ...answering, phase: 'handling' };
    await delivery.trace(handled, async () => undefined);
    const counted = await sdk().metric('videocloud.webhooks.deliveries');
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
    expect(sdk().spans.getFinishedSpans()).toEqual([]);
  });

  it('measure the handlers in seconds', async () => {
    sdk().start();
    await handler.trace({ ...handling }, async () => undefined);
    const duration = await sdk().metric('messaging.process.duration');
    expect(duration?.descriptor.unit).toBe('s');
    expect(duration?.dataPoints[0]?.value).toMatchObject({ count: 1 });
    expect((await sdk().metric('messaging.client.consumed.messages'))?.dataPoints[0]?.value).toBe(1);
  });

  it('find a provider that is set after instrument()', async () => {
    const { tracerProvider, meterProvider } = sdk();
    const instrumentation = instrument({ tracerProvider });
    await handler.trace({ ...handling }, async () => undefined);
    metrics.setGlobalMeterProvider(meterProvider);
    await handler.trace({ ...handling }, async () => undefined);
    expect((await sdk().metric('messaging.client.consumed.messages'))?.dataPoints[0]?.value).toBe(1);
    instrumentation.disable();
  });

  it('report the backlog of an inbox and the age of its oldest message', async () => {
    sdk().start();
    openInboxes().add({ name: 'main', observe: async () => ({ messages: { waiting: 3, dead: 1 }, oldestMs: 1_500 }) });
    openInboxes().add({ name: 'away', observe: () => Promise.reject(new Error('database away')) });
    const points = (await sdk().metric('videocloud.inbox.messages'))?.dataPoints.map(({ value, attributes }) => [
      attributes['videocloud.inbox.state'],
      value,
    ]);
    expect(points).toEqual([
      ['waiting', 3],
      ['dead', 1],
    ]);
    expect((await sdk().metric('videocloud.inbox.oldest_message.age'))?.dataPoints[0]?.value).toBe(1.5);
  });
});

describe('instrument', () => {
  it('stops when it is disabled', async () => {
    sdk().start().disable();
    expect(handler.active).toBe(false);
    await handler.trace({ ...handling }, async () => undefined);
    expect(sdk().spans.getFinishedSpans()).toEqual([]);
  });

  it('ends what is under way when it is disabled, and hears of nothing new', async () => {
    const instrumentation = sdk().start();
    let finish = (): void => undefined;
    const begun = { ...handling };
    const work = handler.trace(
      begun,
      () =>
        new Promise<void>((resolve) => {
          finish = resolve;
        }),
    );
    instrumentation.disable();
    await handler.trace({ ...handling, event: 'video.deleted' }, async () => undefined);
    finish();
    await work;
    expect(
      sdk()
        .spans.getFinishedSpans()
        .map(({ name }) => name),
    ).toEqual(['process video.processed']);
    const duration = await sdk().metric('messaging.process.duration');
    expect(duration?.dataPoints).toHaveLength(1);
    expect(handler.active).toBe(false);
  });

  it.each([
    [{ propagate: 'both' }, /'link' or 'parent'/],
    [{ tracerProvidr: 1 }, "instrument has no option 'tracerProvidr': did you mean 'tracerProvider'?"],
    [() => metrics, 'The options of instrument must be an object'],
    [7, 'The options of instrument must be an object'],
    [null, 'The options of instrument must be an object'],
  ])('refuses %s', (options, message) => {
    expect(() => instrument(options as never)).toThrow(message);
  });
});
