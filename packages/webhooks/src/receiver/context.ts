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

/** The context of a task and the means to abort it; the abort controller is made only when somebody looks at `signal`. */
export interface TaskContext {
  readonly context: Context;
  abort(reason: unknown): void;
}

export function contextOf(task: Task): TaskContext {
  let controller: AbortController | undefined;
  let aborted: { reason: unknown } | undefined;
  let deliveryKey = task.key;
  const context: Context = {
    rawBody: task.rawBody,
    attempt: task.attempt,
    secretIndex: task.secretIndex,
    get signal() {
      if (controller === undefined) {
        controller = new AbortController();
        if (aborted !== undefined) controller.abort(aborted.reason);
        follow(task.signal, controller);
      }
      return controller.signal;
    },
    get deliveryKey() {
      // Where the digest takes a promise it was computed before the handler was called.
      if (deliveryKey === undefined) deliveryKey = sha256Hex(task.rawBody) as string;
      return deliveryKey;
    },
  };
  return {
    context,
    abort(reason) {
      aborted = { reason };
      controller?.abort(reason);
    },
  };
}

function follow(signal: AbortSignal | undefined, controller: AbortController): void {
  if (signal === undefined) return;
  if (signal.aborted) controller.abort(signal.reason);
  else
    signal.addEventListener('abort', () => controller.abort(signal.reason), { once: true, signal: controller.signal });
}
