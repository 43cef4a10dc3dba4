import { createReceiver, memoryStore } from '@videocloud/webhooks';

/** One message of your queue. */
export interface Message {
  readonly body: Uint8Array;
  /** How many times the queue has delivered it, this time included. */
  readonly deliveries: number;
  ack(): Promise<void>;
  retry(): Promise<void>;
}

/** The half behind the URL: it verifies, hands the bytes to the queue, and answers 200. */
export const acceptInto = (send: (body: Uint8Array) => Promise<void>) =>
  createReceiver({
    secrets: () => process.env.VIDEOCLOUD_WEBHOOK_SECRET,
    inbox: {
      async accept({ rawBody }) {
        await send(rawBody); // resolve once the queue holds it: a throw is answered 503, and the platform retries
        return { duplicate: false };
      },
    },
  });

/** The half behind the queue: its handlers run for bytes that were verified before. */
export const handling = createReceiver({
  secrets: () => process.env.VIDEOCLOUD_WEBHOOK_SECRET,
  idempotency: memoryStore(), // for one process; several consumers need redisStore(client) or postgresStore(pool)
  onUnhandled: ({ reason }) => console.error('no handler ran:', reason),
});

export async function consume(message: Message): Promise<void> {
  const { status } = await handling.dispatch(message.body, { attempt: message.deliveries });
  if (status === 200) await message.ack();
  else await message.retry(); // 409 too: another consumer is handling it
}
