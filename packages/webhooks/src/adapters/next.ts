import type { IncomingMessage, ServerResponse } from 'node:http';
import { Admission, isOutcome } from '../receiver/admission.js';
import type { Delivery } from '../receiver/context.js';
import { type VerifyOptions, verifySettings } from '../receiver/options.js';
import type { ReceiveOptions } from '../receiver/pipeline.js';
import { pipelineOf, type Receiver } from '../receiver/receiver.js';
import { deliveryOf } from '../receiver/verified.js';
import { fetchThrough, isBytes, readRequest, signatureOf, toResponse } from '../receiver/web.js';
import { handleNode } from './node-handler.js';

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
  return (request) => fetchThrough(pipeline, request, options, APP_HINT);
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
  const admission = new Admission(verifySettings(options));
  if (typeof handler !== 'function')
    throw new TypeError('verifyWebhook needs a handler: (webhook, request, context) => Response');
  return async (request, context) => {
    const body = await readRequest(admission, request, APP_HINT);
    const verified = isBytes(body) ? await deliveryOf(admission, body, signatureOf(request)) : body;
    return isOutcome(verified) ? toResponse(verified) : handler(verified, request, context);
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
  return (request, response) =>
    new Promise((resolve) => {
      response.once('close', resolve);
      handleNode(pipeline, request, response, PAGES_HINT);
    });
}
