import type { Handler, Context as HonoContext, MiddlewareHandler } from 'hono';
import { fetchRequest, toResponse } from '../http/fetch.js';
import type { Delivery } from '../receiver/context.js';
import type { VerifyOptions } from '../receiver/options.js';
import { pipelineOf, type Receiver } from '../receiver/receiver.js';
import { resolveVerifySettings } from '../receiver/settings.js';
import { Verifier } from '../receiver/verify.js';

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
  return async (c) =>
    toResponse(await pipeline.respond(fetchRequest(c.req.raw, HINT), { waitUntil: waitUntilOf(c), env: c.env }));
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
  const verifier = new Verifier(resolveVerifySettings(options));
  return async (c, next) => {
    const verdict = await verifier.verifyRequest(fetchRequest(c.req.raw, HINT), { env: c.env });
    if (!verdict.ok) return toResponse(verdict.outcome);
    c.set('webhook', verdict.delivery);
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
