import type { WebhookEvent } from '../events/types.js';
import { bindEnv, type EnvArgument, type ReadEnv, verifierFor } from '../http/env.js';
import { handleNode, NodeIncoming, type NodeRequest, type NodeResponse } from '../http/node.js';
import type { VerifyOptions } from '../receiver/options.js';
import { pipelineOf, type Receiver } from '../receiver/receiver.js';
import { type RequestVerdict, verifyRequest } from '../receiver/verify-request.js';
import { hmacHex, matchIndex, requireSecrets } from '../runtime/node.js';
import { copyBytes, type RawBody, toBytes } from '../signature/bytes.js';
import { type ConstructEventOptions, eventFrom } from '../signature/construct-event.js';
import { checkSignatureForm } from '../signature/header-form.js';
import { checkVerifyingSecrets, type Secret, type Secrets } from '../signature/secrets.js';
import { type Verification, verificationOf } from '../signature/verify.js';
import { requireKnownOptions } from '../unknown-options.js';

export type { RequestVerdict };

const HINT = 'Give webhookHandler() the request before anything reads it';

/** What an adapter on top of `node:http` adds. */
export interface NodeAdapterOptions {
  /** The fix that the answer `body_already_parsed` names, in the words of the framework on top. */
  hint?: string | undefined;
}

/**
 * A request listener for `node:http`: everything `receiver` decides, written to the response.
 *
 * @throws TypeError when it is not given a receiver, and for an option that does not exist
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
export function webhookHandler<Env>(
  receiver: Receiver<Env>,
  ...[options = {}]: EnvArgument<NodeRequest, Env, NodeAdapterOptions>
): (request: NodeRequest, response: NodeResponse) => Promise<void> {
  const pipeline = pipelineOf('webhookHandler', receiver, options, ['env', 'hint']);
  const { hint = HINT, env } = options;
  return (request, response) => handleNode(pipeline, request, response, hint, env);
}

/**
 * Verifies requests of `node:http` without answering them: for a guard or middleware of a framework on top.
 *
 * The function it returns never rejects. It gives the verified delivery, or the outcome to answer with.
 *
 * @throws TypeError for blank or missing secrets, and for an option that does not exist
 * @example
 * ```ts
 * import { createServer } from 'node:http';
 * import { requestVerifier } from '@videocloud/webhooks/node';
 *
 * const verifyRequest = requestVerifier({ secrets: 'whk-secret' });
 * createServer(async (request, response) => {
 *   const verdict = await verifyRequest(request);
 *   if (verdict.ok) response.end(verdict.delivery.event.event);
 *   else response.writeHead(verdict.outcome.status, verdict.outcome.headers).end(verdict.outcome.body);
 * }).listen(3000);
 * ```
 */
export function requestVerifier<Env = unknown>(
  options: { env?: ReadEnv<NodeRequest, Env> | undefined } & VerifyOptions<Env> & NodeAdapterOptions,
): (request: NodeRequest) => Promise<RequestVerdict> {
  const { verifier, readEnv } = verifierFor('requestVerifier', options, ['env', 'hint']);
  const { hint = HINT } = options;
  return (request) => verifyRequest(verifier, new NodeIncoming(request, hint, bindEnv(readEnv, request)));
}

/**
 * `sign` without a promise, on Node only.
 *
 * @param body the exact bytes to sign
 * @returns 64 lower-case hex digits, the value of `X-VideoCloud-Signature`
 * @throws TypeError when the body is already parsed or the secret is blank
 * @example
 * ```ts
 * import { signSync } from '@videocloud/webhooks/node';
 *
 * export const headers = { 'x-videocloud-signature': signSync('{"event":"video.deleted"}', 'whk-secret') };
 * ```
 * @see the guide, "Подписи вебхуков"
 */
export function signSync(body: RawBody, secret: Secret): string {
  return hmacHex(secret, toBytes(body));
}

/**
 * `verify` without a promise, on Node only; the same verdicts.
 *
 * @param body the bytes as received
 * @param signature the header's value, whatever it is
 * @param secrets the secrets that may have signed it: during a rotation, the new and the old one
 * @throws TypeError on misuse: a parsed body, a blank secret, the text `undefined`, an empty list, more than 32 secrets
 * @example
 * ```ts
 * import { verifySync } from '@videocloud/webhooks/node';
 *
 * export const isGenuine = (body: Buffer, signature: string | undefined): boolean =>
 *   verifySync(body, signature, 'whk-secret').ok;
 * ```
 * @see the guide, "Подписи вебхуков"
 */
export function verifySync(body: RawBody, signature: unknown, secrets: Secrets): Verification {
  const bytes = toBytes(body);
  checkVerifyingSecrets(secrets);
  const form = checkSignatureForm(signature);
  if (form.ok) return verificationOf(matchIndex(secrets, bytes, form.hex));
  requireSecrets(secrets);
  return form;
}

/**
 * `constructEvent` without a promise, on Node only.
 *
 * @param body the bytes as received
 * @param signature the header's value, whatever it is
 * @param options `maxAge` in milliseconds, and `now`
 * @returns the verified event
 * @throws WebhookError and TypeError as `constructEvent` does
 * @example
 * ```ts
 * import { constructEventSync } from '@videocloud/webhooks/node';
 *
 * export function nameOf(body: Buffer, signature: string | undefined): string {
 *   return constructEventSync(body, signature, 'whk-secret').event;
 * }
 * ```
 * @see the guide, "Подписи вебхуков"
 */
export function constructEventSync(
  body: RawBody,
  signature: unknown,
  secrets: Secrets,
  options?: ConstructEventOptions,
): WebhookEvent {
  requireKnownOptions('constructEventSync', options ?? {}, ['maxAge', 'now']);
  // A copy: another thread may write into shared memory.
  const bytes = copyBytes(body);
  return eventFrom(bytes, verifySync(bytes, signature, secrets), options);
}
