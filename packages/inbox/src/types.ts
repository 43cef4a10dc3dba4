import type { Context, DeliveryInbox, Receiver, WebhookEvent } from '@videocloud/webhooks';

/** A delivery on its way into the inbox, as a receiver hands it over. */
export interface InboxDelivery {
  /** null when the signed bytes are not an event. */
  event: WebhookEvent | null;
  /** The exact bytes that were signed. */
  rawBody: Uint8Array;
  /** Which of the receiver's secrets signed it. */
  secretIndex: number;
}

/** A delivery that comes out of the inbox. */
export interface StoredDelivery extends InboxDelivery {
  /** The delivery key it is unique by; also the id for `retry`. */
  id: string;
}

/** A function given to `process` in place of a receiver. A throw means "try again later". */
export type InboxHandler = (delivery: StoredDelivery, context: Context) => unknown;

/** A delivery that was given up; its bytes are kept. */
export interface InboxDeadLetter extends StoredDelivery {
  /** How many times it was tried. */
  attempts: number;
  /** Why the last attempt failed. */
  error: string;
  /** When it was accepted and given up, in milliseconds since the epoch. */
  acceptedAt: number;
  deadAt: number;
}

/** The figures of an inbox, over all processes that share it. */
export interface InboxStats {
  /** Accepted and not handled yet, those waiting for a retry included. */
  waiting: number;
  /** Of those waiting: tried at least once. */
  retrying: number;
  /** In a handler at this moment (or lost by a worker that died, until its lease ends). */
  running: number;
  /** Handled and still remembered. */
  handled: number;
  dead: number;
  /** How long the oldest waiting delivery has waited since it was accepted, in milliseconds; 0 when none waits. */
  oldestWaitingMs: number;
}

/** The options of `process`. */
export interface ProcessOptions {
  /** How many handlers run at a time in this process; default 8. */
  concurrency?: number | undefined;
}

/** Handlers at work, until stopped. */
export interface Processing {
  /** Takes no further delivery and resolves when the running handlers are done. */
  stop(): Promise<void>;
}

/** The options of `deadLetters`. */
export interface DeadLetterOptions {
  /** The most to return, newest first; default 100. */
  limit?: number | undefined;
}

/** A durable, deduplicating inbox. Made by {@link openInbox}. */
export interface Inbox extends DeliveryInbox {
  /**
   * Stores a delivery; resolves when it is durable, and tells whether it was known.
   *
   * @throws InboxError `unavailable` or `closed`, or the engine's own error (as a rejection): nothing is acknowledged then
   * @throws TypeError (as a rejection) when `rawBody` is not bytes
   */
  accept(delivery: {
    event?: WebhookEvent | null | undefined;
    rawBody: Uint8Array;
    secretIndex?: number | undefined;
  }): Promise<{ duplicate: boolean }>;
  /**
   * Runs a receiver's handlers, or a function, for what was accepted, here or in another process. Starts at once.
   *
   * @throws TypeError for anything else than a receiver or a function
   * @throws InboxError `closed`
   */
  process(receiver: Receiver | InboxHandler, options?: ProcessOptions): Processing;
  /** The figures of this inbox; counts rows, so ask every few seconds rather than on every request. */
  stats(): Promise<InboxStats>;
  /** What was given up, newest first. */
  deadLetters(options?: DeadLetterOptions): Promise<InboxDeadLetter[]>;
  /** Lets a dead letter be tried again from its first attempt; false when no dead letter has this id. */
  retry(id: string): Promise<boolean>;
  /** Stops taking deliveries, waits for running handlers, then lets go of the file or server. No timer is left behind. */
  close(): Promise<void>;
}
