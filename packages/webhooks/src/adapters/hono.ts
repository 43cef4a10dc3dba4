import type { Handler, Context as HonoContext, MiddlewareHandler } from 'hono';
import { Admission, isOutcome } from '../receiver/admission.js';
import type { Delivery } from '../receiver/context.js';
import { type VerifyOptions, verifySettings } from '../receiver/options.js';
import { pipelineOf, type Receiver } from '../receiver/receiver.js';
import { deliveryOf } from '../receiver/verified.js';
import { fetchThrough, isBytes, readRequest, signatureOf, toResponse } from '../receiver/web.js';

const HINT = 'Register the webhook route in front of any middleware that calls c.req.json(), text() or parseBody()';

/**
 * A Hono handler; on Workers the handlers run under `executionCtx.waitUntil`.
 *
 * @throws TypeError when it is not given a receiver
 * @example
 * ```ts
 * import { createReceiver } from '@videocloud/webhooks';
 * import { webhookHandler } from '@videocloud/webhooks/hono';
 * import { Hono } from 'hono';
 *
 * const receiver = createReceiver({ secrets: 'whk-secret' });
 * const app = new Hono();
 * app.post('/webhooks', webhookHandler(receiver));
 * ```
 */
export function webhookHandler(receiver: Receiver): Handler {
  const pipeline = pipelineOf(receiver);
  return (c) => fetchThrough(pipeline, c.req.raw, { waitUntil: waitUntilOf(c) }, HINT);
}

/**
 * A Hono middleware that verifies a delivery and sets `c.var.webhook`; refusals are answered here.
 *
 * @throws TypeError for blank or missing secrets
 * @example
 * ```ts
 * import { verifyWebhook } from '@videocloud/webhooks/hono';
 * import { Hono } from 'hono';
 *
 * const app = new Hono();
 * app.post('/webhooks', verifyWebhook({ secrets: 'whk-secret' }), (c) => c.text(c.var.webhook.event.event));
 * ```
 */
export function verifyWebhook(options: VerifyOptions): MiddlewareHandler<{ Variables: { webhook: Delivery } }> {
  const admission = new Admission(verifySettings(options));
  return async (c, next) => {
    const body = await readRequest(admission, c.req.raw, HINT);
    const verified = isBytes(body) ? await deliveryOf(admission, body, signatureOf(c.req.raw)) : body;
    if (isOutcome(verified)) return toResponse(verified);
    c.set('webhook', verified);
    await next();
  };
}

function waitUntilOf(c: HonoContext): (work: Promise<unknown>) => void {
  // Looked up only when there is something to wait for: where the platform has no execution context, Hono's getter
  // throws, and building that error costs more than verifying.
  return (work) => {
    let executionCtx: HonoContext['executionCtx'];
    try {
      executionCtx = c.executionCtx;
    } catch {
      return;
    }
    executionCtx.waitUntil(work);
  };
}
