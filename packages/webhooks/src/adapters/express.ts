import type { IncomingMessage, ServerResponse } from 'node:http';
import { handleNode, type NodeRequest, nodeRequest, writeOutcome } from '../http/node.js';
import type { Delivery } from '../receiver/context.js';
import type { VerifyOptions } from '../receiver/options.js';
import { pipelineOf, type Receiver } from '../receiver/receiver.js';
import { resolveVerifySettings } from '../receiver/settings.js';
import { Verifier } from '../receiver/verify.js';

declare global {
  namespace Express {
    interface Request {
      /** The verified delivery, behind `verifyWebhook()`. */
      webhook?: Delivery;
    }
  }
}

const HINT =
  'Put the webhook route in front of express.json(), or keep the bytes with express.json({ verify: (req, res, buf) => { req.rawBody = buf } })';

type ExpressHandler = (request: NodeRequest, response: ServerResponse, next: (error?: unknown) => void) => void;

/**
 * An Express route handler (4 and 5) that needs no body parser: it reads the raw stream itself.
 *
 * @throws TypeError when it is not given a receiver
 * @example
 * ```ts
 * import { createReceiver } from '@videocloud/webhooks';
 * import { webhookHandler } from '@videocloud/webhooks/express';
 * import express from 'express';
 *
 * const receiver = createReceiver({ secrets: 'whk-secret' });
 * const app = express();
 * app.post('/webhooks', webhookHandler(receiver)); // in front of app.use(express.json())
 * ```
 */
export function webhookHandler(receiver: Receiver): ExpressHandler {
  const pipeline = pipelineOf(receiver);
  return (request, response) => void handleNode(pipeline, request, response, HINT);
}

/**
 * An Express middleware that verifies a delivery, sets `req.webhook` and goes on; refusals are answered here.
 *
 * @throws TypeError for blank or missing secrets
 * @example
 * ```ts
 * import { verifyWebhook } from '@videocloud/webhooks/express';
 * import express from 'express';
 *
 * const app = express();
 * app.post('/webhooks', verifyWebhook({ secrets: 'whk-secret' }), (req, res) => {
 *   console.log(req.webhook?.event.event);
 *   res.sendStatus(200);
 * });
 * ```
 */
export function verifyWebhook(options: VerifyOptions): ExpressHandler {
  const verifier = new Verifier(resolveVerifySettings(options));
  return async (request: IncomingMessage & { webhook?: Delivery }, response, next) => {
    const verdict = await verifier.verifyRequest(nodeRequest(request, HINT));
    if (!verdict.ok) return writeOutcome(response, verdict.outcome);
    request.webhook = verdict.delivery;
    next();
  };
}
