import { sha256Hex } from '#hmac';
import type { WebhookEvent } from '../events/types.js';

/** A verified delivery: what the sender said, and the bytes it said it in. */
export interface Delivery {
  event: WebhookEvent;
  /** The exact bytes that were signed. */
  rawBody: Uint8Array;
  /** Which of the receiver's secrets signed it: 0 is the first. -1 for bytes that were verified elsewhere (`dispatch`). */
  secretIndex: number;
}

/** What a handler gets beside the event. */
export interface Context {
  /** The exact bytes that were signed. */
  rawBody: Uint8Array;
  /** Aborts when `handlerTimeout` is over (and when the `signal` given to `dispatch` does). */
  signal: AbortSignal;
  /** The deduplication key: SHA-256 of the raw body in hex, unless `idempotency.key` says otherwise; null for "do not deduplicate". */
  deliveryKey: string | null;
  /** How many times this event has been tried, this time included; 1 without a store. */
  attempt: number;
  /** Which of the receiver's secrets signed the delivery; -1 in `dispatch` unless told. */
  secretIndex: number;
}

/** One delivery on its way through the receiver, before its context is needed. */
export interface Task {
  /** null when the signed bytes are not an event. */
  readonly event: WebhookEvent | null;
  readonly rawBody: Uint8Array;
  readonly secretIndex: number;
  /** undefined: not computed yet; the context does it when somebody looks. */
  key: string | null | undefined;
  attempt: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * The context of a task and the means to abort it. A class, because it is made for every delivery, and its signal and key
 * only when somebody looks at them.
 */
export class TaskContext implements Context {
  // Own members, as the interface's reader expects: on the prototype they would be lost in `{ ...context }`.
  static readonly #onDemand: PropertyDescriptorMap & ThisType<TaskContext> = {
    signal: {
      enumerable: true,
      get() {
        return this.#readSignal();
      },
    },
    deliveryKey: {
      enumerable: true,
      get() {
        return this.#readKey();
      },
    },
  };

  readonly rawBody: Uint8Array;
  readonly attempt: number;
  readonly secretIndex: number;
  declare readonly signal: AbortSignal;
  declare readonly deliveryKey: string | null;
  readonly #outer: AbortSignal | undefined;
  #deliveryKey: string | null | undefined;
  #controller: AbortController | undefined;
  #aborted: { reason: unknown } | undefined;

  constructor(task: Task) {
    this.rawBody = task.rawBody;
    this.attempt = task.attempt;
    this.secretIndex = task.secretIndex;
    this.#outer = task.signal;
    this.#deliveryKey = task.key;
    Object.defineProperties(this, TaskContext.#onDemand);
  }

  #readSignal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#aborted !== undefined) this.#controller.abort(this.#aborted.reason);
      else if (this.#outer !== undefined) follow(this.#outer, this.#controller);
    }
    return this.#controller.signal;
  }

  #readKey(): string | null {
    // Where the digest takes a promise it was computed before the handler was called.
    if (this.#deliveryKey === undefined) this.#deliveryKey = sha256Hex(this.rawBody) as string;
    return this.#deliveryKey;
  }

  /** Aborts the signal, also one that is only looked at later. Not part of what handlers are told of. */
  static abort(context: TaskContext, reason: unknown): void {
    context.#aborted = { reason };
    context.#controller?.abort(reason);
  }
}

function follow(signal: AbortSignal, controller: AbortController): void {
  if (signal.aborted) controller.abort(signal.reason);
  else signal.addEventListener('abort', () => controller.abort(signal.reason), { signal: controller.signal });
}
