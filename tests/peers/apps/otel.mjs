import { trace } from '@opentelemetry/api';
import { webhookHandler } from '@videocloud/webhooks/node';
import { instrument } from '@videocloud/webhooks/otel';
import { countingReceiver, listen } from './lib.mjs';

export async function start() {
  // The peer's own provider records nothing: what is tested is that its version fits.
  const instrumentation = instrument({ tracerProvider: trace.getTracerProvider() });
  const { receiver, handled } = countingReceiver();
  const { url, stop } = await listen(webhookHandler(receiver));
  return { url, handled, stop: () => stop().then(() => instrumentation.disable()) };
}
