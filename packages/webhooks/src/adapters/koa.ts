import type { IncomingMessage } from 'node:http';
import { bindEnv, type EnvArgument, type ReadEnv, verifierFor } from '../http/env.js';
import { NodeIncoming } from '../http/node.js';
import type { Delivery } from '../receiver/context.js';
import type { VerifyOptions } from '../receiver/options.js';
import type { Outcome } from '../receiver/outcome.js';
import { pipelineOf, type Receiver } from '../receiver/receiver.js';
import { verifyRequest } from '../receiver/verify-request.js';

const HINT = 'Register the webhook route in front of koa-bodyparser, koa-body and the like';

/** The part of Koa's context that is used here. */
interface KoaContext {
  readonly req: IncomingMessage;
  readonly state: object;
  status: number;
  body: unknown;
  set(fields: Record<string, string>): void;
}

/** The context as `env` reads it, unless its parameter has a type of Koa's. */
interface KoaEnvContext extends KoaContext {
  readonly state: Readonly<Record<string, unknown>>;
}

type KoaMiddleware<Context> = (ctx: Context, next: () => Promise<unknown>) => Promise<void>;

/**
 * A Koa middleware that receives deliveries. It answers itself and does not call `next`.
 *
 * @throws TypeError when it is not given a receiver, and for an option that does not exist
 * @example
 * ```ts
 * import { createReceiver } from '@videocloud/webhooks';
 * import { webhookHandler } from '@videocloud/webhooks/koa';
 *
 * const receiver = createReceiver({ secrets: () => process.env.VIDEOCLOUD_WEBHOOK_SECRET });
 * export const webhooks = webhookHandler(receiver); // router.post('/webhooks', webhooks), before body parsers
 * ```
 */
export function webhookHandler<Env, Context extends KoaContext = KoaEnvContext>(
  receiver: Receiver<Env>,
  ...[options = {}]: EnvArgument<Context, Env>
): KoaMiddleware<KoaContext> {
  const pipeline = pipelineOf('webhookHandler', receiver, options);
  const { env } = options;
  return async (ctx) => {
    write(ctx, await pipeline.respond(new NodeIncoming(ctx.req, HINT, bindEnv(env, ctx))));
  };
}

/**
 * A Koa middleware that verifies a delivery and sets `ctx.state.webhook`; rejections are answered here.
 *
 * @throws TypeError for blank or missing secrets, and for an unknown option
 * @example
 * ```ts
 * import { verifyWebhook } from '@videocloud/webhooks/koa';
 *
 * export const verified = verifyWebhook({ secrets: () => process.env.VIDEOCLOUD_WEBHOOK_SECRET });
 * // router.post('/webhooks', verified, (ctx) => { ctx.body = ctx.state.webhook.event.event; });
 * ```
 */
export function verifyWebhook<Env = unknown, Context extends KoaContext = KoaEnvContext>(
  options: { env?: ReadEnv<Context, Env> | undefined } & VerifyOptions<Env>,
): KoaMiddleware<KoaContext> {
  const { verifier, readEnv } = verifierFor('verifyWebhook', options);
  return async (ctx, next) => {
    const verdict = await verifyRequest(verifier, new NodeIncoming(ctx.req, HINT, bindEnv(readEnv, ctx)));
    if (!verdict.ok) return write(ctx, verdict.outcome);
    Object.assign(ctx.state, { webhook: verdict.delivery satisfies Delivery });
    // How koa-bodyparser and @koa/bodyparser see that the stream was read.
    Object.assign(ctx, { disableBodyParser: true });
    await next();
  };
}

function write(ctx: KoaContext, { status, headers, body }: Outcome): void {
  ctx.status = status;
  ctx.set({ ...headers });
  ctx.body = body;
}
