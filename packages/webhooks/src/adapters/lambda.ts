import type { EnvArgument } from '../http/env.js';
import { type BodyRead, type IncomingRequest, type ReadLimits, toHeaders } from '../http/incoming-request.js';
import { untilSettled } from '../queues/settled.js';
import type { Outcome } from '../receiver/outcome.js';
import { pipelineOf, type Receiver } from '../receiver/receiver.js';

export { type SqsBatchAnswer, type SqsEvent, type SqsRecord, sqsHandler } from '../queues/sqs-handler.js';
export { type SqsMessage, type SqsMessageInfo, sqsInbox } from '../queues/sqs-inbox.js';

const HINT = 'Pass the event on as AWS sends it: event.body must still be the string it came with';

/** What {@link lambdaHandler} uses of an event of API Gateway (REST 1.0, HTTP 2.0), a function URL or a load balancer. */
export interface LambdaHttpEvent {
  readonly httpMethod?: string | undefined;
  readonly requestContext?: object | null | undefined;
  readonly headers?: Readonly<Record<string, string | undefined>> | null | undefined;
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[] | undefined>> | null | undefined;
  readonly body?: string | null | undefined;
  readonly isBase64Encoded?: boolean | undefined;
}

/** The answer to a {@link LambdaHttpEvent}: `multiValueHeaders` where the event has them, else `headers`. */
export interface LambdaHttpAnswer {
  statusCode: number;
  headers?: Record<string, string>;
  multiValueHeaders?: Record<string, string[]>;
  body: string;
  isBase64Encoded: false;
}

/**
 * The handler of an AWS Lambda function behind API Gateway (REST or HTTP API), a function URL or an Application Load Balancer.
 *
 * It resolves when no handler is running any more, since Lambda freezes the process then. Keep `handlerTimeout` below the
 * timeout of the function.
 *
 * @throws TypeError when it is not given a receiver; the returned function rejects with one for an event that is not HTTP
 * @example
 * ```ts
 * import { createReceiver } from '@videocloud/webhooks';
 * import { lambdaHandler } from '@videocloud/webhooks/lambda';
 *
 * const receiver = createReceiver({ secrets: () => process.env.VIDEOCLOUD_WEBHOOK_SECRET, handlerTimeout: 8_000 });
 * export const handler = lambdaHandler(receiver);
 * ```
 */
export function lambdaHandler<Env, Event extends LambdaHttpEvent = LambdaHttpEvent>(
  receiver: Receiver<Env>,
  ...[options = {}]: EnvArgument<Event, Env>
): (event: Event) => Promise<LambdaHttpAnswer> {
  const pipeline = pipelineOf('lambdaHandler', receiver, options);
  return async (event) => {
    const request = lambdaRequest(event, () => options.env?.(event));
    const outcome = await untilSettled((waitUntil) => pipeline.respond(request, waitUntil));
    return answerOf(outcome, event);
  };
}

function lambdaRequest(event: LambdaHttpEvent, readEnv: () => unknown): IncomingRequest {
  const { http } = (event?.requestContext ?? {}) as { http?: { method?: string } | undefined };
  const method = http?.method ?? event?.httpMethod;
  // Answering another event would count as success, and a queue would delete its messages.
  if (typeof method !== 'string') {
    throw new TypeError(
      'lambdaHandler takes events of API Gateway (proxy integration), function URLs and load balancers; for SQS there is sqsHandler',
    );
  }
  // Payload format 1.0 has only the last of several values in `headers`.
  const entries = Object.entries(event.multiValueHeaders ?? event.headers ?? {});
  const valuesOf = (name: string) =>
    entries.flatMap(([key, value]) => (key.toLowerCase() === name ? (value ?? []) : []));
  return {
    method,
    hint: HINT,
    header: (name) => (valuesOf(name).length === 0 ? undefined : valuesOf(name).join(', ')),
    headers: () => toHeaders(entries),
    env: readEnv,
    read: (limits) => readBody(event, limits),
    discard: () => undefined,
  };
}

function readBody({ body, isBase64Encoded }: LambdaHttpEvent, { maxBytes }: ReadLimits): BodyRead {
  const given: unknown = body ?? '';
  if (typeof given !== 'string') return 'body_already_parsed';
  const encoding = isBase64Encoded === true ? 'base64' : 'utf8';
  if (Buffer.byteLength(given, encoding) > maxBytes) return 'body_too_large';
  return Buffer.from(given, encoding);
}

function answerOf({ status, headers, body }: Outcome, { multiValueHeaders }: LambdaHttpEvent): LambdaHttpAnswer {
  const multiple = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
  const answered = multiValueHeaders ? { multiValueHeaders: multiple } : { headers: { ...headers } };
  return { statusCode: status, ...answered, body, isBase64Encoded: false };
}
