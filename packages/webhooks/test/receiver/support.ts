import { EXAMPLES } from '../../src/generated/examples.js';
import { createReceiver, type Receiver, type ReceiverOptions, sign, type WebhookError } from '../../src/index.js';
import { SECRET } from '../support.js';

export const at = '2024-03-31T12:00:00Z';

export const eventBody = (event = 'video.deleted', data: unknown = { videoId: 'vid_1' }, timestamp = at): string =>
  JSON.stringify({ event, timestamp, data });

export const exampleBody = (name: keyof typeof EXAMPLES): string => JSON.stringify(EXAMPLES[name]);

export interface Trial {
  receiver: Receiver;
  errors: WebhookError[];
  /** Signs and delivers. */
  deliver(body?: string | Uint8Array, signature?: unknown): ReturnType<Receiver['receive']>;
}

/** A receiver with its errors recorded and a way to deliver to it. */
export function trial(options: Partial<ReceiverOptions> = {}): Trial {
  const errors: WebhookError[] = [];
  const receiver = createReceiver({ secrets: SECRET, onError: (error) => errors.push(error), ...options });
  return {
    receiver,
    errors,
    deliver: async (body = eventBody(), signature) =>
      receiver.receive({ body, signature: signature ?? (await sign(body, SECRET)) }),
  };
}

export interface Deferred {
  promise: Promise<void>;
  resolve(): void;
  reject(error: Error): void;
}

export function deferred(): Deferred {
  let settle: Pick<Deferred, 'resolve' | 'reject'> = { resolve() {}, reject() {} };
  const promise = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { promise, ...settle };
}
