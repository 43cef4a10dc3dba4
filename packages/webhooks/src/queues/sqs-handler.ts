import type { EnvArgument } from '../http/env.js';
import { functionOption } from '../option-values.js';
import type { Receiver } from '../receiver/receiver.js';
import { requireKnownOptions } from '../unknown-options.js';
import { isSettled, untilSettled } from './settled.js';
import { rawBodyOf } from './sqs-inbox.js';

/** What {@link sqsHandler} uses of one message. */
export interface SqsRecord {
  readonly messageId: string;
  readonly body: string;
  readonly attributes?:
    | { readonly ApproximateReceiveCount?: string | undefined; readonly MessageGroupId?: string | undefined }
    | undefined;
  readonly eventSourceARN?: string | undefined;
}

/** What {@link sqsHandler} is given by the platform. */
export interface SqsEvent {
  readonly Records: readonly SqsRecord[];
}

/** The messages that the queue shall deliver again. */
export interface SqsBatchAnswer {
  batchItemFailures: { itemIdentifier: string }[];
}

/**
 * The handler of an AWS Lambda function that consumes an SQS queue filled by `sqsInbox`. It gives back what failed.
 *
 * Set `FunctionResponseTypes: [ReportBatchItemFailures]` on the event source: without it Lambda ignores the answer and
 * deletes what failed. Give the queue a redrive policy with a dead letter queue. In a FIFO queue the messages of a group
 * are handled in order; after a failure the rest of the group is given back too, not handled.
 *
 * It resolves when no handler is running any more, since Lambda freezes the process then: a handler that exceeds
 * `handlerTimeout` is waited for until its claim's lease is over. Keep that lease (45 s by default) below the timeout of the
 * function.
 *
 * @param receiver a receiver without `inbox`; give it `idempotency`, since a queue delivers at least once
 * @throws TypeError when it is not given a receiver, and for an unknown or impossible option; the returned function rejects
 *   with one for an event without records
 * @example
 * ```ts
 * import { createReceiver } from '@videocloud/webhooks';
 * import { sqsHandler } from '@videocloud/webhooks/lambda';
 *
 * const receiver = createReceiver({ secrets: () => process.env.VIDEOCLOUD_WEBHOOK_SECRET });
 * receiver.on('video.processed', (event) => console.log(event.data.videoId));
 * export const handler = sqsHandler(receiver);
 * ```
 */
export function sqsHandler<Env, Event extends SqsEvent = SqsEvent>(
  receiver: Pick<Receiver<Env>, 'dispatch'>,
  ...[options = {}]: EnvArgument<Event, Env>
): (event: Event) => Promise<SqsBatchAnswer> {
  if (typeof (receiver as Partial<Receiver<Env>> | null | undefined)?.dispatch !== 'function') {
    throw new TypeError('sqsHandler takes a receiver made by createReceiver()');
  }
  requireKnownOptions('sqsHandler', options, ['env']);
  functionOption('env', options.env);
  return async (event) => {
    const records: unknown = event?.Records;
    // Before anything runs: a success would delete the messages of another kind of queue.
    if (!Array.isArray(records) || !records.every(isRecord)) {
      throw new TypeError(
        'sqsHandler takes events of an SQS queue: Records with messageId and body; for HTTP there is lambdaHandler',
      );
    }
    const env = options.env?.(event);
    const failed = await Promise.all(chainsOf(records).map((chain) => failuresOf(receiver, chain, env)));
    return { batchItemFailures: failed.flat().map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };
}

function isRecord(value: unknown): value is SqsRecord {
  const { messageId, body } = Object(value) as Partial<SqsRecord>;
  return typeof messageId === 'string' && typeof body === 'string';
}

/** Messages that must be handled one after the other: those of a group of a FIFO queue. Any other is alone. */
function chainsOf(records: readonly SqsRecord[]): SqsRecord[][] {
  const chains = new Map<unknown, SqsRecord[]>();
  for (const record of records) {
    // A standard queue may have groups too, for fairness: they promise no order.
    const key = record.eventSourceARN?.endsWith('.fifo') ? record.attributes?.MessageGroupId : record;
    chains.set(key, [...(chains.get(key) ?? []), record]);
  }
  return [...chains.values()];
}

async function failuresOf<Env>(
  receiver: Pick<Receiver<Env>, 'dispatch'>,
  chain: readonly SqsRecord[],
  env: Env | undefined,
): Promise<readonly SqsRecord[]> {
  for (const [index, { body, attributes }] of chain.entries()) {
    const count = Number(attributes?.ApproximateReceiveCount);
    const attempt = count >= 1 ? count : undefined;
    // Before the next of its group: what ran out of time may still be at work.
    const outcome = await untilSettled((waitUntil) => receiver.dispatch(rawBodyOf(body), { attempt, env, waitUntil }));
    if (!isSettled(outcome)) return chain.slice(index);
  }
  return [];
}
