import type { Handler, Context as HonoContext, MiddlewareHandler } from 'hono';
import { bindEnv, type ReadEnv, verifierFor } from '../http/env.js';
import { toResponse } from '../http/fetch.js';
import { HonoIncoming } from '../http/hono-body.js';
import type { Delivery } from '../receiver/context.js';
import type { VerifyOptions } from '../receiver/options.js';
import { pipelineOf, type Receiver } from '../receiver/receiver.js';
import { verifyRequest } from '../receiver/verify-request.js';

const HINT = 'Put the webhook route before any middleware that parses the body, or let that call c.req.arrayBuffer()';

/**
 * A Hono handler; on Workers the handlers run under `executionCtx.waitUntil`.
 *
 * @throws TypeError when it is not given a receiver, and for an option that does not exist
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
export function webhookHandler<Env>(
  receiver: Receiver<Env>,
  options: { env?: ReadEnv<HonoContext, Env> | undefined } = {},
): Handler {
  const pipeline = pipelineOf('webhookHandler', receiver, options);
  const { env } = options;
  return async (c) => {
    const request = new HonoIncoming(c, bindEnv(env, c), HINT);
    return toResponse(await pipeline.respond(request, waitUntilOf(c)));
  };
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
export function verifyWebhook<Env = unknown>(
  options: { env?: ReadEnv<HonoContext, Env> | undefined } & VerifyOptions<Env>,
): MiddlewareHandler<{ Variables: { webhook: Delivery } }> {
  const { verifier, readEnv } = verifierFor('verifyWebhook', options);
  return async (c, next) => {
    const verdict = await verifyRequest(verifier, new HonoIncoming(c, bindEnv(readEnv, c), HINT));
    if (!verdict.ok) return toResponse(verdict.outcome);
    c.set('webhook', verdict.delivery);
    await next();
  };
}

function waitUntilOf(c: HonoContext): ((work: Promise<unknown>) => void) | undefined {
  // Where there is no execution context Hono's getter throws, and building that error costs more than verifying.
  // @hono/node-server, known by the Node request in its environment, never has one. A Worker may bind that name too.
  const { incoming } = (c.env ?? {}) as { incoming?: { httpVersion?: unknown } };
  if (incoming?.httpVersion !== undefined) return undefined;
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
