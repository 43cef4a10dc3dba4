import type { Context, DeliveryInbox, WebhookEvent } from '@videocloud/webhooks';
import type { TraceCarrier } from '@videocloud/webhooks/channels';
import type { InboxDeadReason } from './policy.js';
import type { InboxActivity, InboxOperations } from './records/types.js';

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

/** A function given to `process` in place of a receiver. Any return value; a throw means "try again later". */
export type InboxHandler<Env = unknown> = (delivery: StoredDelivery, context: Context<Env>) => unknown;

/** What `process` needs of a receiver. */
export interface Dispatcher<Env = unknown> {
  // A property, not a method: parameters of methods are not compared strictly, and a receiver could do without its Env.
  readonly dispatch: (
    body: Uint8Array,
    options: {
      attempt?: number | undefined;
      signal?: AbortSignal | undefined;
      lease?: number | undefined;
      carrier?: TraceCarrier | undefined;
      key?: string | undefined;
      env?: Env;
    },
  ) => Promise<{
    readonly result: string;
    readonly error?: unknown;
    readonly reason?: string | null | undefined;
  }>;
}

/** A delivery that failed for good; its bytes are kept. */
export interface InboxDeadLetter extends StoredDelivery {
  /** How many times it was tried. */
  attempts: number;
  /** Why no further attempt is made. `payload_invalid` and `rejected`: the same bytes would fail again. */
  reason: InboxDeadReason;
  /** What the last attempt failed with. */
  error: string;
  /** When it was accepted and when it became a dead letter, in milliseconds since the epoch. */
  acceptedAt: number;
  deadAt: number;
}

/**
 * The figures of an inbox, over all processes that share it: its records by state, whether it is paused, and what happened
 * in the last minute.
 */
export interface InboxStats extends InboxActivity {
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
export interface ProcessOptions<Env = unknown> {
  /** How many handlers run at a time in this process; default 8. */
  concurrency?: number | undefined;
  /** What the receiver's handlers get as `context.env`. */
  env?: Env | undefined;
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
export interface Inbox extends DeliveryInbox, InboxOperations {
  /**
   * Stores a delivery. Resolves when it is durable.
   *
   * @returns `duplicate`: whether its key was stored before
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
   * A handler may take as long as the inbox's `lease` allows (60 s). A `handlerTimeout` given to the receiver aborts
   * `context.signal` earlier; the attempt ends when the handler has settled.
   *
   * @throws TypeError for anything else than a receiver or a function
   * @throws InboxError `closed`
   */
  process(receiver: Dispatcher | InboxHandler, options?: ProcessOptions): Processing;
  /** A receiver with an Env of its own needs it: `inbox.process(receiver, { env })`. */
  process<Env>(receiver: Dispatcher<Env> | InboxHandler<Env>, options: ProcessOptions<Env> & { env: Env }): Processing;
  /** Counts the deliveries by state. It counts rows, so call it every few seconds rather than on every request. */
  stats(): Promise<InboxStats>;
  /** Lists the dead letters, newest first. */
  deadLetters(options?: DeadLetterOptions): Promise<InboxDeadLetter[]>;
  /** Takes no more deliveries, waits for running handlers, then closes the file or connections. No timer is left behind. */
  close(): Promise<void>;
}
