// The worker process: it runs the handler for what the receiver's process has stored. `start.js` starts it.
import { trace } from '@opentelemetry/api';
import { createReceiver } from '@videocloud/webhooks';
import { openInbox } from '@videocloud/webhooks-inbox';
import { metricLines } from './print.js';
import { figures, meterProvider, spans } from './telemetry.js';

const inbox = await openInbox(process.env.INBOX_URL ?? '');
const receiver = createReceiver({ secrets: () => process.env.VIDEOCLOUD_WEBHOOK_SECRET, onError: () => {} });
receiver.on('video.processed', (event) =>
  trace.getTracer('shop').startActiveSpan('publish video', async (span) => {
    // Stands for your work, such as a statement of a database with instrumentation of its own.
    await new Promise((resolve) => setTimeout(resolve, 100));
    span.setAttribute('video.formats', event.data.formats.length);
    span.end();
  }),
);
const processing = inbox.process(receiver);

// Asked to end: what this process has told OpenTelemetry goes to the one that prints it.
process.once('message', async () => {
  await processing.stop();
  await meterProvider.forceFlush();
  await inbox.close();
  process.send?.({
    metrics: metricLines(figures.getMetrics().at(-1)).filter((line) => line.includes('name=process')),
    spans: spans.getFinishedSpans().map((span) => ({
      context: span.spanContext(),
      name: span.name,
      kind: span.kind,
      parentSpanContext: span.parentSpanContext,
      links: span.links.map(({ context }) => ({ context })),
      attributes: span.attributes,
      startTime: span.startTime,
    })),
  });
  process.disconnect();
});
