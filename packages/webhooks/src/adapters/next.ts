import type { IncomingMessage, ServerResponse } from 'node:http';
import { bindEnv, type EnvArgument, type ReadEnv, verifierFor } from '../http/env.js';
import { FetchIncoming, toResponse } from '../http/fetch.js';
import { handleNode } from '../http/node.js';
import { functionOption } from '../option-values.js';
import type { Delivery } from '../receiver/context.js';
import type { VerifyOptions } from '../receiver/options.js';
import { pipelineOf, type ReceiveOptions, type Receiver } from '../receiver/receiver.js';
import { verifyRequest } from '../receiver/verify-request.js';

const APP_HINT = 'Give the handler the request before anything calls its json(), text() or formData()';
const PAGES_HINT = 'Export `const config = { api: { bodyParser: false } }` from the API route';

/**
 * An App Router route handler: `export const POST = webhookHandler(receiver, { waitUntil: after })`.
 *
 * Give `secrets` as a function (`() => process.env.…`): `next build` evaluates the module without your environment.
 *
 * @throws TypeError when it is not given a receiver, and for an option that does not exist
 * @example
 * ```ts
 * import { createReceiver } from '@videocloud/webhooks';
 * import { webhookHandler } from '@videocloud/webhooks/next';
 * import { after } from 'next/server';
 *
 * const receiver = createReceiver({ secrets: () => process.env.VIDEOCLOUD_WEBHOOK_SECRET });
 * export const POST = webhookHandler(receiver, { waitUntil: after });
 * ```
 */
export function webhookHandler<Env>(
  receiver: Receiver<Env>,
  ...[options = {}]: EnvArgument<Request, Env, ReceiveOptions>
): (request: Request) => Promise<Response> {
  const pipeline = pipelineOf('webhookHandler', receiver, options, ['env', 'waitUntil']);
  const { env } = options;
  const waitUntil = functionOption('waitUntil', options.waitUntil);
  return async (given) => {
    const request = new FetchIncoming(given, undefined, bindEnv(env, given), APP_HINT);
    return toResponse(await pipeline.respond(request, waitUntil));
  };
}

/** A method's type, as `ReadEnv` is: the handler may take a `NextRequest`. */
type VerifiedHandler<C> = {
  handle(webhook: Delivery, request: Request, context: C): Response | Promise<Response>;
}['handle'];

/**
 * An App Router route handler around your own: called with verified deliveries only.
 *
 * @throws TypeError for blank or missing secrets
 * @example
 * ```ts
 * import { verifyWebhook } from '@videocloud/webhooks/next';
 *
 * export const POST = verifyWebhook({ secrets: () => process.env.VIDEOCLOUD_WEBHOOK_SECRET }, ({ event }) =>
 *   Response.json({ got: event.event }),
 * );
 * ```
 */
export function verifyWebhook<Env = unknown, C = unknown>(
  options: { env?: ReadEnv<Request, Env> | undefined } & VerifyOptions<Env>,
  handler: VerifiedHandler<C>,
): (request: Request, context: C) => Promise<Response> {
  const { verifier, readEnv } = verifierFor('verifyWebhook', options);
  if (typeof handler !== 'function')
    throw new TypeError('verifyWebhook needs a handler: (webhook, request, context) => Response');
  return async (given, context) => {
    const request = new FetchIncoming(given, undefined, bindEnv(readEnv, given), APP_HINT);
    const verdict = await verifyRequest(verifier, request);
    return verdict.ok ? handler(verdict.delivery, given, context) : toResponse(verdict.outcome);
  };
}

/**
 * A Pages Router API route; it needs `export const config = { api: { bodyParser: false } }` beside it.
 *
 * @throws TypeError when it is not given a receiver, and for an option that does not exist
 * @example
 * ```ts
 * import { createReceiver } from '@videocloud/webhooks';
 * import { pagesWebhookHandler } from '@videocloud/webhooks/next';
 *
 * const receiver = createReceiver({ secrets: () => process.env.VIDEOCLOUD_WEBHOOK_SECRET });
 * export const config = { api: { bodyParser: false } };
 * export default pagesWebhookHandler(receiver);
 * ```
 */
export function pagesWebhookHandler<Env>(
  receiver: Receiver<Env>,
  ...[options = {}]: EnvArgument<IncomingMessage, Env>
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const pipeline = pipelineOf('pagesWebhookHandler', receiver, options);
  return (request, response) => handleNode(pipeline, request, response, PAGES_HINT, options.env);
}
