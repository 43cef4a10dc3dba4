import type { IncomingMessage, ServerResponse } from 'node:http';
import { Admission, isOutcome } from '../receiver/admission.js';
import type { Delivery } from '../receiver/context.js';
import { type VerifyOptions, verifySettings } from '../receiver/options.js';
import { pipelineOf, type Receiver } from '../receiver/receiver.js';
import { deliveryOf } from '../receiver/verified.js';
import { type NodeRequest, nodeSignature, readNodeBody, writeOutcome } from './node-body.js';
import { handleNode } from './node-handler.js';

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
  return (request, response) => handleNode(pipeline, request, response, HINT);
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
  const admission = new Admission(verifySettings(options));
  return (request: IncomingMessage & { webhook?: Delivery }, response, next) => {
    readNodeBody(admission, request, HINT, async (body) => {
      const verified = body instanceof Uint8Array ? await deliveryOf(admission, body, nodeSignature(request)) : body;
      if (isOutcome(verified)) return writeOutcome(response, verified);
      request.webhook = verified;
      next();
    });
  };
}
