import { type BatchObservableCallback, createNoopMeter, type Meter } from '@opentelemetry/api';
import { openInboxes } from '../channels/inboxes.js';
import { CHANNELS } from '../channels/names.js';
import type { AcceptTrace, DeliveryTrace, HandlerTrace, TraceContext } from '../channels/types.js';
import { messaging } from './attributes.js';
import { subscribe } from './subscribe.js';

// The convention's own boundaries, in seconds.
const BOUNDARIES = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const SECONDS = { unit: 's', advice: { explicitBucketBoundaries: BOUNDARIES } };

/** The metrics of deliveries, handlers and inboxes; returns the functions that stop them. */
export function subscribeMetrics(meterOf: () => Meter): (() => void)[] {
  const made = new Map<Meter, Instruments>();
  // Looked up at each use, and made once for each meter: the user may set the provider after calling `instrument`.
  const instruments = (): Instruments => {
    const meter = meterOf();
    let found = made.get(meter);
    if (found === undefined) {
      for (const old of made.values()) old.stop();
      made.clear();
      found = instrumentsOf(meter);
      made.set(meter, found);
    }
    return found;
  };
  const stopWaiting = whenSet(meterOf, instruments);
  return [
    subscribe<DeliveryTrace>(CHANNELS.delivery, {
      ended({ phase, result, status, code }) {
        if (phase !== 'answer') return;
        instruments().deliveries.add(1, {
          'videocloud.webhooks.result': result ?? '_OTHER',
          ...(status === null ? {} : { 'http.response.status_code': status }),
          ...(code === undefined ? {} : { 'error.type': code }),
        });
      },
    }),
    subscribe<HandlerTrace>(CHANNELS.handler, {
      ended(traced, seconds) {
        const attributes = messaging('process', traced.event, errorType(traced));
        instruments().consumed.add(1, attributes);
        instruments().processing.record(seconds, attributes);
      },
    }),
    subscribe<AcceptTrace>(CHANNELS.inboxAccept, {
      ended(traced, seconds) {
        const attributes = messaging('send', traced.event, errorType(traced));
        instruments().sent.add(1, attributes);
        instruments().operation.record(seconds, attributes);
      },
    }),
    () => {
      stopWaiting();
      for (const { stop } of made.values()) stop();
    },
  ];
}

type Instruments = ReturnType<typeof instrumentsOf>;

function instrumentsOf(meter: Meter) {
  return {
    deliveries: meter.createCounter('videocloud.webhooks.deliveries', {
      unit: '{delivery}',
      description: 'Deliveries answered, refused ones included',
    }),
    consumed: meter.createCounter('messaging.client.consumed.messages', { unit: '{message}' }),
    sent: meter.createCounter('messaging.client.sent.messages', { unit: '{message}' }),
    processing: meter.createHistogram('messaging.process.duration', SECONDS),
    operation: meter.createHistogram('messaging.client.operation.duration', SECONDS),
    stop: observeInboxes(meter),
  };
}

/** Makes the gauges as soon as there is a provider: an idle worker has no delivery that would make them. */
function whenSet(meterOf: () => Meter, make: () => unknown): () => void {
  const isSet = () => meterOf().constructor !== createNoopMeter().constructor;
  if (isSet()) {
    make();
    return () => undefined;
  }
  try {
    const timer = setInterval(() => {
      if (!isSet()) return;
      clearInterval(timer);
      make();
    }, 1_000);
    (timer as { unref?(): void }).unref?.();
    return () => clearInterval(timer);
  } catch {
    // Workers allow no timers outside a request; there the first delivery makes the instruments.
    return () => undefined;
  }
}

function errorType({ code, error }: TraceContext): string | undefined {
  return code ?? (error === undefined ? undefined : (error.code ?? '_OTHER'));
}

/** The backlog of every inbox this process has open, read when the metrics are collected. */
function observeInboxes(meter: Meter): () => void {
  const messages = meter.createObservableGauge('videocloud.inbox.messages', { unit: '{message}' });
  const oldest = meter.createObservableGauge('videocloud.inbox.oldest_message.age', { unit: 's' });
  const observe: BatchObservableCallback = async (result) => {
    await Promise.all(
      [...openInboxes()].map(async ({ name, observe: read }) => {
        // An inbox whose database is away has no figures; the others have theirs.
        const observed = await read().catch(() => undefined);
        if (observed === undefined) return;
        for (const [state, count] of Object.entries(observed.messages)) {
          result.observe(messages, count, { 'videocloud.inbox.name': name, 'videocloud.inbox.state': state });
        }
        result.observe(oldest, observed.oldestMs / 1_000, { 'videocloud.inbox.name': name });
      }),
    );
  };
  meter.addBatchObservableCallback(observe, [messages, oldest]);
  return () => meter.removeBatchObservableCallback(observe, [messages, oldest]);
}
