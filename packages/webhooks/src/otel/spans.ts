import {
  type Context,
  context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { CHANNELS } from '../channels/names.js';
import type { AcceptTrace, HandlerTrace, TraceContext } from '../channels/types.js';
import { destinationOf, messaging } from './attributes.js';
import { carrierOf, linksOf, parentOf } from './carrier.js';
import { subscribe } from './subscribe.js';

/** The spans `process {event}` and `send {inbox}`; returns the functions that unsubscribe. */
export function subscribeSpans(tracer: () => Tracer, propagate: 'link' | 'parent'): (() => void)[] {
  const spans = new WeakMap<object, Span>();
  const end = (traced: TraceContext) => {
    const span = spans.get(traced);
    if (span === undefined) return;
    spans.delete(traced);
    if (traced.result !== undefined) span.setAttribute('videocloud.webhooks.result', traced.result);
    if (traced.error !== undefined || traced.code !== undefined) {
      span.setAttribute('error.type', traced.code ?? traced.error?.code ?? '_OTHER');
      span.setStatus({ code: SpanStatusCode.ERROR, ...(traced.error && { message: traced.error.message }) });
    }
    span.end();
  };

  const handler = subscribe<HandlerTrace>(CHANNELS.handler, {
    start(traced) {
      const { event, carrier, dispatched } = traced;
      const parent = dispatched ? workerParent(carrier, propagate) : context.active();
      const span = tracer().startSpan(
        `process ${destinationOf(event)}`,
        {
          kind: SpanKind.CONSUMER,
          links: dispatched && propagate === 'parent' ? [] : linksOf(carrier),
          attributes: {
            ...messaging('process', event, undefined),
            ...(traced.deliveryKey === null ? {} : { 'messaging.message.id': traced.deliveryKey }),
            'videocloud.webhooks.attempt': traced.attempt,
            'videocloud.webhooks.secret_index': traced.secretIndex,
          },
        },
        parent,
      );
      spans.set(traced, span);
      runIn(traced, trace.setSpan(parent, span));
    },
    ended: end,
  });

  const accept = subscribe<AcceptTrace>(CHANNELS.inboxAccept, {
    start(traced) {
      const parent = context.active();
      const span = tracer().startSpan(
        `send ${traced.inbox}`,
        {
          kind: SpanKind.PRODUCER,
          attributes: {
            ...messaging('send', traced.event, undefined),
            'messaging.message.id': traced.id,
            'videocloud.webhooks.secret_index': traced.secretIndex,
          },
        },
        parent,
      );
      spans.set(traced, span);
      traced.carrier = carrierOf(span.spanContext());
      runIn(traced, trace.setSpan(parent, span));
    },
    ended: end,
  });
  return [handler, accept];
}

/** In a worker the stored trace is linked, not continued, unless the user asked for it: a backlog may be days old. */
function workerParent(carrier: HandlerTrace['carrier'], propagate: 'link' | 'parent'): Context {
  return propagate === 'parent' ? parentOf(carrier) : ROOT_CONTEXT;
}

/** Makes the context active while the work runs, inside whatever another subscriber asked for. */
function runIn(traced: TraceContext, active: Context): void {
  const outer = traced.run;
  traced.run = (work) => {
    const inContext = () => context.with(active, work);
    return outer === undefined ? inContext() : outer(inContext);
  };
}
