import { decodeUtf8, sha256Hex } from '#runtime';
import type { WebhookEvent } from '../events/types.js';
import type { DeliveryInbox } from '../receiver/options.js';

/** What {@link sqsInbox} gives `send`: the part of `SendMessageCommand`'s input that is not the queue's. */
export interface SqsMessage {
  MessageBody: string;
}

/** What a FIFO queue's `MessageGroupId` and `MessageDeduplicationId` can be made of. */
export interface SqsMessageInfo {
  /** null when the signed body is no event. */
  event: WebhookEvent | null;
  /** SHA-256 of the raw body, in hex. */
  key: string;
}

/** How text begins: no base64 text can be mistaken for it. */
const BRACE = '{';
/** What a message may not hold: characters outside XML 1.0. */
const NOT_ALLOWED = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/**
 * An inbox in an SQS queue: the delivery is answered 200 once the queue holds it. `sqsHandler` is the other half.
 *
 * A queue delivers at least once: give the receiver of `sqsHandler` a store. A body goes as text, and as base64 where it
 * is not JSON text. A message holds 1 MiB at most; a larger delivery is answered 503 and retried by the platform.
 *
 * @param send sends one message; it rejects when the queue did not take it
 * @throws TypeError when `send` is not a function
 * @example
 * ```ts
 * import { createReceiver } from '@videocloud/webhooks';
 * import { lambdaHandler, type SqsMessage, sqsInbox } from '@videocloud/webhooks/lambda';
 *
 * declare const sqs: { sendMessage(input: SqsMessage & { QueueUrl: string | undefined }): Promise<unknown> }; // new SQS()
 *
 * const receiver = createReceiver({
 *   secrets: () => process.env.VIDEOCLOUD_WEBHOOK_SECRET,
 *   inbox: sqsInbox((message) => sqs.sendMessage({ QueueUrl: process.env.QUEUE_URL, ...message })),
 * });
 * export const handler = lambdaHandler(receiver);
 * ```
 */
export function sqsInbox(send: (message: SqsMessage, info: SqsMessageInfo) => Promise<unknown>): DeliveryInbox {
  if (typeof send !== 'function') {
    throw new TypeError(
      'sqsInbox takes a function that sends one message, such as (message) => sqs.sendMessage({ QueueUrl, ...message })',
    );
  }
  return {
    async accept({ event, rawBody }) {
      await send({ MessageBody: messageBody(rawBody) }, { event, key: await sha256Hex(rawBody) });
      return { duplicate: false };
    },
  };
}

function messageBody(rawBody: Uint8Array): string {
  const text = decodeUtf8(rawBody);
  if (text?.startsWith(BRACE) && !NOT_ALLOWED.test(text)) return text;
  // SQS takes no empty message; decoded, the padding alone is empty.
  return Buffer.from(rawBody).toString('base64') || '=';
}

/** The raw body of a message that {@link sqsInbox} wrote, byte for byte. */
export function rawBodyOf(messageBody: string): Uint8Array {
  return Buffer.from(messageBody, messageBody.startsWith(BRACE) ? 'utf8' : 'base64');
}
