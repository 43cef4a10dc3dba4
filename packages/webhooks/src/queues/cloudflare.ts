import { RETRY_DELAYS_MS } from '../protocol/retries.js';
import type { DeliveryInbox } from '../receiver/options.js';
import type { Receiver } from '../receiver/receiver.js';

/** What {@link queueInbox} uses of a Queue binding (`env.QUEUE`). */
export interface QueueLike {
  send(body: Uint8Array, options: { contentType: 'bytes' }): Promise<unknown>;
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
 * holds at most 128 KB; a larger delivery is answered 503 and retried by the platform.
 *
 * @param queue the binding, such as `env.QUEUE`
 * @throws TypeError when it is not a queue
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
export function queueInbox(queue: QueueLike): DeliveryInbox {
  if (typeof (queue as Partial<QueueLike> | null | undefined)?.send !== 'function') {
    throw new TypeError('queueInbox takes the binding of a Queue, such as env.QUEUE');
  }
  return {
    async accept({ rawBody }) {
      await queue.send(rawBody, { contentType: 'bytes' });
      return { duplicate: false };
    },
  };
}

/** The arguments of a Worker's `queue` handler. `env` is required where the receiver's handlers expect an environment. */
type QueueArguments<Env> = unknown extends Env
  ? [batch: MessageBatchLike, env?: Env]
  : [batch: MessageBatchLike, env: Env];

/**
 * The `queue` handler of a Worker: each message goes through the receiver's handlers and is acknowledged or retried.
 *
 * A message whose handler fails is retried after 1, 5, 15, 30 and 60 minutes, by its number of attempts. So is one that
 * holds no event, or a payload that is not as expected (`payload_invalid`) and that no `onUnhandled` takes. After the
 * consumer's `max_retries` the platform moves it to the `dead_letter_queue` of your configuration: set both.
 *
 * @param receiver a receiver without `inbox`; give it `idempotency`, since a queue delivers at least once
 * @returns a function of the batch and the Worker's `env`, which handlers get as `context.env`
 * @throws TypeError when it is not given a receiver
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
): (...args: QueueArguments<Env>) => Promise<void> {
  if (typeof (receiver as Partial<Receiver<Env>> | null | undefined)?.dispatch !== 'function') {
    throw new TypeError('queueHandler takes a receiver from createReceiver()');
  }
  return async (...[{ messages }, env]) => {
    await Promise.all(messages.map((message) => handle(receiver, message, env)));
  };
}

async function handle<Env>(
  receiver: Pick<Receiver<Env>, 'dispatch'>,
  message: QueueMessageLike,
  env: Env | undefined,
): Promise<void> {
  let handled = false;
  try {
    const { attempts: attempt, body } = message;
    const { status, result, reason } = await receiver.dispatch(body as Uint8Array, { attempt, env });
    handled = status === 200 && !(result === 'dead_lettered' && reason === 'payload_invalid');
  } catch (error) {
    // Not bytes: another producer's message. The others of the batch are settled all the same.
    console.error(`Message ${message.id} does not come from queueInbox():`, error);
  }
  if (handled) message.ack();
  // What is no usable event is retried too: the dead letter queue keeps it, an acknowledgement would lose it.
  else message.retry({ delaySeconds: delaySeconds(message.attempts) });
}

function delaySeconds(attempts: number): number {
  const index = Math.min(Math.max(attempts, 1), RETRY_DELAYS_MS.length) - 1;
  return (RETRY_DELAYS_MS[index] ?? 0) / 1_000;
}
