import { type Context, parseEvent, type Receiver, type WebhookEvent } from '@videocloud/webhooks';
import type { Attempt, Ending, Taken } from './engine.js';
import { describe, InboxError } from './errors.js';
import type { InboxHandler } from './types.js';

const HANDLED: Ending = { state: 'handled' };

/** How long a handler may run: the lease less what it takes to say so before another worker takes the delivery. */
export function timeLimitOf(lease: number): number {
  return lease - Math.min(10_000, Math.ceil(lease / 4));
}

/**
 * What is done with a delivery that was taken out: the handlers, under a time limit.
 *
 * @throws TypeError when it is neither a receiver nor a function
 */
export function attemptOf(target: Receiver | InboxHandler, lease: number): Attempt {
  const work = workOf(target);
  const limit = timeLimitOf(lease);
  return (taken) => {
    const controller = new AbortController();
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        const error = new InboxError('handler_timeout', `The handlers took longer than ${limit} ms`);
        controller.abort(error);
        resolve(failed(error, false));
      }, limit);
      const settle = (ending: Ending) => {
        clearTimeout(timer);
        resolve(ending);
      };
      work(taken, controller.signal).then(settle, (error: unknown) => settle(failed(error, false)));
    });
  };
}

function workOf(target: Receiver | InboxHandler): (taken: Taken, signal: AbortSignal) => Promise<Ending> {
  if (typeof target === 'function') {
    return async (taken, signal) => {
      const { key, body: rawBody, secretIndex, attempt } = taken;
      const request = { headers: null, requestId: null, env: undefined };
      const context: Context = { rawBody, signal, deliveryKey: key, attempt, secretIndex, ...request };
      await target({ id: key, event: eventOf(rawBody), rawBody, secretIndex }, context);
      return HANDLED;
    };
  }
  if (typeof target?.dispatch !== 'function') {
    throw new TypeError('inbox.process takes a receiver made by createReceiver(), or a function of the delivery');
  }
  return async ({ body, attempt }, signal) => {
    const { result, error } = await target.dispatch(body, { attempt, signal });
    if (result === 'failed') return failed(error, false);
    // No handler ran: the payload does not match its schema.
    if (result === 'dead_lettered' && error?.code === 'payload_invalid') return failed(error, true);
    return result === 'rejected' ? failed(error, true) : HANDLED;
  };
}

/** The event in stored bytes, or null when they hold none. */
export function eventOf(rawBody: Uint8Array): WebhookEvent | null {
  try {
    return parseEvent(rawBody);
  } catch {
    // Signed bytes that are no event are kept and shown as they are.
    return null;
  }
}

function failed(error: unknown, final: boolean): Ending {
  return { state: 'failed', error: describe(error), final };
}
