import type { IncomingMessage, ServerResponse } from 'node:http';
import { fetchRequest, toResponse } from '../http/fetch.js';
import { handleNode } from '../http/node.js';
import type { Delivery } from '../receiver/context.js';
import type { VerifyOptions } from '../receiver/options.js';
import { pipelineOf, type ReceiveOptions, type Receiver } from '../receiver/receiver.js';
import { resolveVerifySettings } from '../receiver/settings.js';
import { Verifier } from '../receiver/verify.js';

const APP_HINT = 'Give the handler the request before anything calls its json(), text() or formData()';
const PAGES_HINT = 'Export `const config = { api: { bodyParser: false } }` from the API route';

/**
 * An App Router route handler: `export const POST = webhookHandler(receiver, { waitUntil: after })`.
 *
 * Give `secrets` as a function (`() => process.env.…`): `next build` evaluates the module without your environment.
 *
 * @throws TypeError when it is not given a receiver
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
export function webhookHandler(
  receiver: Receiver,
  options: ReceiveOptions = {},
): (request: Request) => Promise<Response> {
  const pipeline = pipelineOf(receiver);
  return async (request) => toResponse(await pipeline.respond(fetchRequest(request, APP_HINT), options));
}

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
export function verifyWebhook<C = unknown>(
  options: VerifyOptions,
  handler: (webhook: Delivery, request: Request, context: C) => Response | Promise<Response>,
): (request: Request, context: C) => Promise<Response> {
  const verifier = new Verifier(resolveVerifySettings(options));
  if (typeof handler !== 'function')
    throw new TypeError('verifyWebhook needs a handler: (webhook, request, context) => Response');
  return async (request, context) => {
    const verdict = await verifier.verifyRequest(fetchRequest(request, APP_HINT));
    return verdict.ok ? handler(verdict.delivery, request, context) : toResponse(verdict.outcome);
  };
}

/**
 * A Pages Router API route; it needs `export const config = { api: { bodyParser: false } }` beside it.
 *
 * @throws TypeError when it is not given a receiver
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
export function pagesWebhookHandler(
  receiver: Receiver,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const pipeline = pipelineOf(receiver);
  // Next warns about a route whose promise resolves before the response is sent.
  return async (request, response) => {
    const closed = new Promise((resolve) => response.once('close', resolve));
    await handleNode(pipeline, request, response, PAGES_HINT);
    await closed;
  };
}
