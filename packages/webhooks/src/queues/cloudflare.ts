import { functionOption } from '../option-values.js';
import { RETRY_DELAYS_MS } from '../protocol/retries.js';
import type { DeliveryInbox } from '../receiver/options.js';
import { type DispatchOptions, type ExecutionContextLike, type Receiver, waitUntilOf } from '../receiver/receiver.js';
import { requireKnownOptions } from '../unknown-options.js';
import { type BucketLike, bodyOf, MAX_MESSAGE_BYTES, putBody } from './bucket.js';
import { isSettled } from './settled.js';

export type { BucketLike } from './bucket.js';

/** What {@link queueInbox} uses of a Queue binding (`env.QUEUE`). */
export interface QueueLike {
  send(body: unknown, options: { contentType: 'bytes' | 'json' }): Promise<unknown>;
}

/** The options of {@link queueInbox}. */
export interface QueueInboxOptions {
  /** An R2 bucket for deliveries that are too large for a message. Give it a lifecycle rule: nothing is deleted here. */
  bucket?: BucketLike | undefined;
}

/** The options of {@link queueHandler}. */
export interface QueueHandlerOptions<Env> {
  /** Finds the bucket that {@link queueInbox} was given. */
  bucket?: ((context: { env: Env }) => BucketLike) | undefined;
}

/** What {@link queueHandler} uses of one message. */
export interface QueueMessageLike {
  readonly id: string;
  readonly body: unknown;
  /** How often the message was delivered, this time included. */
  readonly attempts: number;
  ack(): void;
  retry(options?: { delaySeconds?: number }): void;
}

/** What {@link queueHandler} is given by the platform. */
export interface MessageBatchLike {
  readonly queue: string;
  readonly messages: readonly QueueMessageLike[];
}

/**
 * An inbox in a Cloudflare Queue: the delivery is answered 200 once the queue holds it.
 *
 * A queue does not deduplicate, and delivers at least once: give the receiver of {@link queueHandler} a store. A message
 * holds 128 KB. A larger delivery goes into the bucket; without one it is answered 503, which ends with the webhook
 * switched off.
 *
 * @param queue the binding, such as `env.QUEUE`
 * @throws TypeError when it is not a queue, and for an unknown option
 * @example
 * ```ts
 * import { createReceiver } from '@videocloud/webhooks';
 * import { type QueueLike, queueInbox } from '@videocloud/webhooks/cloudflare';
 *
 * export const accepting = createReceiver<{ QUEUE: QueueLike; SECRET: string }>({
 *   secrets: ({ env }) => env.SECRET,
 *   inbox: ({ env }) => queueInbox(env.QUEUE),
 * });
 * ```
 */
export function queueInbox(queue: QueueLike, options: QueueInboxOptions = {}): DeliveryInbox {
  if (typeof (queue as Partial<QueueLike> | null | undefined)?.send !== 'function') {
    throw new TypeError('queueInbox takes the binding of a Queue, such as env.QUEUE');
  }
  requireKnownOptions('queueInbox', options, ['bucket']);
  const { bucket } = options;
  return {
    async accept({ rawBody }) {
      if (bucket === undefined || rawBody.byteLength <= MAX_MESSAGE_BYTES) {
        // A copy: the platform takes the buffer it is given, and observers of this delivery have this one.
        await queue.send(new Uint8Array(rawBody), { contentType: 'bytes' });
      } else await queue.send(await putBody(bucket, rawBody), { contentType: 'json' });
      return { duplicate: false };
    },
  };
}

/** The arguments of a Worker's `queue` handler. `env` is required where the receiver's handlers expect an environment. */
type QueueArguments<Env> = unknown extends Env
  ? [batch: MessageBatchLike, env?: Env, ctx?: ExecutionContextLike]
  : [batch: MessageBatchLike, env: Env, ctx?: ExecutionContextLike];

/**
 * The `queue` handler of a Worker: each message goes through the receiver's handlers and is acknowledged or retried.
 *
 * A message whose handler fails is retried after 1, 5, 15, 30 and 60 minutes, by its number of attempts. So is one that
 * holds no event, or a payload that is not as expected (`payload_invalid`) and that neither `onUnhandled` nor
 * `onDeadLetter` takes. After the consumer's `max_retries` the platform moves it to the `dead_letter_queue` of your
 * configuration: set both. With `onDeadLetter`, `max_retries` must be 4 or more (the platform's default is 3): it is called
 * at the fifth attempt.
 *
 * @param receiver a receiver without `inbox`; give it `idempotency`, since a queue delivers at least once
 * @returns a function of the batch, the Worker's `env`, which handlers get as `context.env`, and its `ctx`, whose `waitUntil`
 *   lets a handler that exceeds `handlerTimeout` go on
 * @throws TypeError when it is not given a receiver, and for an unknown or impossible option
 * @example
 * ```ts
 * import { createReceiver } from '@videocloud/webhooks';
 * import { queueHandler } from '@videocloud/webhooks/cloudflare';
 *
 * const receiver = createReceiver({ secrets: 'whk-secret' });
 * export default { queue: queueHandler(receiver) };
 * ```
 */
export function queueHandler<Env>(
  receiver: Pick<Receiver<Env>, 'dispatch'>,
  options: QueueHandlerOptions<Env> = {},
): (...args: QueueArguments<Env>) => Promise<void> {
  if (typeof (receiver as Partial<Receiver<Env>> | null | undefined)?.dispatch !== 'function') {
    throw new TypeError('queueHandler takes a receiver from createReceiver()');
  }
  requireKnownOptions('queueHandler', options, ['bucket']);
  const findBucket = functionOption('bucket', options.bucket);
  return async (...[{ messages }, env, ctx]) => {
    const bucket = findBucket?.({ env: env as Env });
    const waitUntil = waitUntilOf(ctx);
    await Promise.all(messages.map((message) => handle(receiver, message, bucket, { env, waitUntil })));
  };
}

async function handle<Env>(
  receiver: Pick<Receiver<Env>, 'dispatch'>,
  message: QueueMessageLike,
  bucket: BucketLike | undefined,
  options: DispatchOptions<Env>,
): Promise<void> {
  // A stand-in for the platform may count from 0.
  const attempt = message.attempts || 1;
  let settled = false;
  try {
    const body = await bodyOf(message.body, bucket);
    settled = isSettled(await receiver.dispatch(body as Uint8Array, { ...options, attempt }));
  } catch (error) {
    // Another producer's message, or a bucket that fails. The others of the batch are settled all the same.
    console.error(`Message ${message.id} holds no delivery of queueInbox():`, error);
  }
  if (settled) message.ack();
  else message.retry({ delaySeconds: delaySeconds(attempt) });
}

function delaySeconds(attempt: number): number {
  return (RETRY_DELAYS_MS[Math.min(attempt, RETRY_DELAYS_MS.length) - 1] ?? 0) / 1_000;
}
