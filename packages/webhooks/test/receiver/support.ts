import { EXAMPLES } from '../../src/generated/examples.js';
import type { IncomingRequest } from '../../src/http/incoming-request.js';
import {
  createReceiver,
  type IdempotencyStore,
  memoryStore,
  type Receiver,
  type ReceiverOptions,
  sign,
  type WebhookError,
} from '../../src/index.js';
import { SECRET } from '../support.js';

export const at = '2024-03-31T12:00:00Z';

export const eventBody = (event = 'video.deleted', data: unknown = { videoId: 'vid_1' }, timestamp = at): string =>
  JSON.stringify({ event, timestamp, data });

/** The bytes of a text, as this realm's Uint8Array (under jsdom, TextEncoder makes another's). */
export const bytesOf = (text: string): Uint8Array => new Uint8Array(new TextEncoder().encode(text));

export const exampleBody = (name: keyof typeof EXAMPLES): string => JSON.stringify(EXAMPLES[name]);

export interface TestReceiver {
  receiver: Receiver;
  errors: WebhookError[];
  /** Signs and delivers. */
  deliver(body?: string | Uint8Array, signature?: unknown): ReturnType<Receiver['receive']>;
}

/** A receiver with its errors recorded and a way to deliver to it. */
export function testReceiver(options: Partial<ReceiverOptions> = {}): TestReceiver {
  const errors: WebhookError[] = [];
  const receiver = createReceiver({ secrets: SECRET, onError: (error) => errors.push(error), ...options });
  return {
    receiver,
    errors,
    deliver: async (body = eventBody(), signature) =>
      receiver.receive({ body, signature: signature ?? (await sign(body, SECRET)) }),
  };
}

/** A store that answers in a later microtask, as one over a socket does, and of which some steps are replaced. */
export function asyncStore(changes: Partial<IdempotencyStore> = {}, inner = memoryStore()): IdempotencyStore {
  return {
    claim: async (key, times) => inner.claim(key, times),
    complete: async (key, token, ttl) => inner.complete(key, token, ttl),
    release: async (key, token) => inner.release(key, token),
    ...changes,
  };
}

/** A request whose body is at hand, as `http/` hands them to the receiver. */
export function incoming(
  body: Uint8Array,
  headers: Readonly<Record<string, unknown>> = {},
  method = 'POST',
): IncomingRequest {
  return {
    method,
    header: (name) => headers[name],
    headers: () => new Headers(),
    env: () => undefined,
    read: async () => body,
    discard: () => undefined,
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
