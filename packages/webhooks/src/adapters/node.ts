import type { IncomingMessage, ServerResponse } from 'node:http';
import type { WebhookEvent } from '../events/types.js';
import { type ConstructEventOptions, eventFrom } from '../receiver/construct-event.js';
import { pipelineOf, type Receiver } from '../receiver/receiver.js';
import { type RawBody, toBytes } from '../signature/bytes.js';
import { refuseSignature } from '../signature/header.js';
import { hmacHex, matchIndex, requireSecrets } from '../signature/hmac.node.js';
import type { Secret, Secrets } from '../signature/secrets.js';
import { type Verification, verdict } from '../signature/verify.js';
import { handleNode } from './node-handler.js';

const HINT = 'Give webhookHandler() the request before anything reads it';

/**
 * A request listener for `node:http`: everything `receiver` decides, written to the response.
 *
 * @throws TypeError when it is not given a receiver
 * @example
 * ```ts
 * import { createServer } from 'node:http';
 * import { createReceiver } from '@videocloud/webhooks';
 * import { webhookHandler } from '@videocloud/webhooks/node';
 *
 * const receiver = createReceiver({ secrets: 'whk-secret' });
 * createServer(webhookHandler(receiver)).listen(3000);
 * ```
 */
export function webhookHandler(receiver: Receiver): (request: IncomingMessage, response: ServerResponse) => void {
  const pipeline = pipelineOf(receiver);
  return (request, response) => handleNode(pipeline, request, response, HINT);
}

/**
 * `sign` without a promise, on Node only.
 *
 * @throws TypeError when the body is already parsed or the secret is blank
 */
export function signSync(body: RawBody, secret: Secret): string {
  return hmacHex(secret, toBytes(body));
}

/**
 * `verify` without a promise, on Node only; the same verdicts.
 *
 * @throws TypeError on misuse: a parsed body, a blank secret, an empty list
 */
export function verifySync(body: RawBody, signature: unknown, secrets: Secrets): Verification {
  const bytes = toBytes(body);
  const refusal = refuseSignature(signature);
  if (refusal === null) return verdict(matchIndex(secrets, bytes, signature as string));
  requireSecrets(secrets);
  return { ok: false, code: refusal };
}

/**
 * `constructEvent` without a promise, on Node only.
 *
 * @throws WebhookError and TypeError as `constructEvent` does
 */
export function constructEventSync(
  body: RawBody,
  signature: unknown,
  secrets: Secrets,
  options?: ConstructEventOptions,
): WebhookEvent {
  const bytes = toBytes(body);
  return eventFrom(bytes, verifySync(bytes, signature, secrets), options);
}
