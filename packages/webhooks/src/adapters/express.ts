import type { IncomingMessage, ServerResponse } from 'node:http';
import { bindEnv, type EnvArgument, type ReadEnv, verifierFor } from '../http/env.js';
import { handleNode, NodeIncoming, writeOutcome } from '../http/node.js';
import type { Delivery } from '../receiver/context.js';
import { reportError } from '../receiver/hooks.js';
import type { VerifyOptions } from '../receiver/options.js';
import { rejected } from '../receiver/outcome.js';
import { pipelineOf, type Receiver } from '../receiver/receiver.js';
import type { Verifier } from '../receiver/verify.js';
import { verifyRequest } from '../receiver/verify-request.js';

declare global {
  namespace Express {
    interface Request {
      /** The verified delivery, behind `verifyWebhook()`. */
      webhook?: Delivery;
    }
  }
}

const HINT =
  'Put the webhook route in front of express.json(), or keep the bytes with express.json({ verify: (req, res, buf) => Object.assign(req, { rawBody: buf }) })';

type ExpressRequest = IncomingMessage & { webhook?: Delivery; body?: unknown; rawBody?: unknown };
type Next = (error?: unknown) => void;
type ExpressHandler = (request: ExpressRequest, response: ServerResponse, next: Next) => Promise<void>;

/**
 * An Express route handler (4 and 5) that needs no body parser: it reads the raw stream itself.
 *
 * @throws TypeError when it is not given a receiver, and for an option that does not exist
 * @example
 * ```ts
 * import { createReceiver } from '@videocloud/webhooks';
 * import { webhookHandler } from '@videocloud/webhooks/express';
 * import express from 'express';
 *
 * const receiver = createReceiver({ secrets: 'whk-secret' });
 * const app = express();
 * app.post('/webhooks', webhookHandler(receiver)); // before app.use(express.json())
 * ```
 */
export function webhookHandler<Env>(
  receiver: Receiver<Env>,
  ...[options = {}]: EnvArgument<ExpressRequest, Env>
): ExpressHandler {
  const pipeline = pipelineOf('webhookHandler', receiver, options);
  return (request, response) => handleNode(pipeline, request, response, HINT, options.env);
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
export function verifyWebhook<Env = unknown>(
  options: { env?: ReadEnv<ExpressRequest, Env> | undefined } & VerifyOptions<Env>,
): ExpressHandler {
  const { verifier, readEnv } = verifierFor('verifyWebhook', options);
  return async (given, response, next) => {
    const request = new NodeIncoming(given, HINT, bindEnv(readEnv, given));
    const verdict = await verifyRequest(verifier, request);
    if (!verdict.ok) return writeOutcome(response, verdict.outcome);
    // `_body` is how body parsers of Express 4 see that the stream was read.
    Object.assign(given, { webhook: verdict.delivery, _body: true });
    passOn(response, next, verifier.settings);
  };
}

/** Express itself catches what a later handler throws. Any other `next` that throws is called again with the error. */
function passOn(response: ServerResponse, next: Next, settings: Verifier['settings']): void {
  try {
    try {
      next();
    } catch (error) {
      next(error);
    }
  } catch (cause) {
    const outcome = rejected('handler_failed', { cause });
    reportError(settings, outcome.error, null);
    writeOutcome(response, outcome);
  }
}
