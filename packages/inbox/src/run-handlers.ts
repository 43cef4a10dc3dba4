import { type Context, parseEvent, type WebhookEvent } from '@videocloud/webhooks';
import { carrierOf } from './carrier.js';
import type { RunHandlers, Taken } from './engine.js';
import { codeOf, describeError, InboxError } from './errors.js';
import { type InboxDeadReason, type RunResult, timeLimitOf } from './policy.js';
import { traceFunction } from './traces.js';
import type { Dispatcher, InboxHandler } from './types.js';

const HANDLED: RunResult = { state: 'handled' };

/**
 * Makes the run of a receiver's handlers, or of a function, under a time limit.
 *
 * @param report hears what a function throws; a receiver reports its handlers' errors itself
 * @throws TypeError when the target is neither a receiver nor a function
 */
export function handlersOf<Env>(
  target: Dispatcher<Env> | InboxHandler<Env>,
  lease: number,
  env: Env,
  report: (error: unknown) => void,
): RunHandlers {
  const run = typeof target === 'function' ? runFunction(target, env, report) : runReceiver(target, env);
  const limit = timeLimitOf(lease);
  return (taken) => {
    const controller = new AbortController();
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        const error = new InboxError('handler_timeout', `The handlers took longer than ${limit} ms`);
        controller.abort(error);
        resolve(failed('handler_timeout', error));
      }, limit);
      const settle = (result: RunResult) => {
        clearTimeout(timer);
        resolve(result);
      };
      run(taken, controller).then(settle, (error: unknown) => settle(failed('handler_failed', error)));
    });
  };
}

// The signal of a controller is made when it is first read, and takes longer than a short handler.
type Run = (taken: Taken, controller: AbortController) => Promise<RunResult>;

function runFunction<Env>(handler: InboxHandler<Env>, env: Env, report: (error: unknown) => void): Run {
  return async (taken, controller) => {
    const { key, body: rawBody, secretIndex, attempt } = taken;
    const context: Context<Env> = {
      rawBody,
      get signal() {
        return controller.signal;
      },
      deliveryKey: key,
      attempt,
      secretIndex,
      headers: null,
      requestId: null,
      env,
    };
    try {
      await traceFunction(taken, carrierOf(taken.carrier), controller, async () => {
        await handler({ id: key, event: eventOf(rawBody), rawBody, secretIndex }, context);
      });
      return HANDLED;
    } catch (error) {
      report(error);
      return failed('handler_failed', error);
    }
  };
}

function runReceiver<Env>(receiver: Dispatcher<Env>, env: Env): Run {
  if (typeof receiver?.dispatch !== 'function') {
    throw new TypeError('inbox.process takes a receiver made by createReceiver(), or a function of the delivery');
  }
  return async ({ body, attempt, carrier }, { signal }) => {
    const options = { attempt, signal, carrier: carrierOf(carrier) ?? undefined, env };
    const { result, error, reason } = await receiver.dispatch(body, options);
    if (result === 'failed') return failed('handler_failed', thrownBy(error));
    if (result === 'rejected') return failed('rejected', error, true);
    // No handler may get it, and no `onUnhandled` took it.
    if (result === 'dead_lettered' && reason === 'payload_invalid') return failed('payload_invalid', error, true);
    return HANDLED;
  };
}

/** What the handler itself threw: the receiver's error around it is the same for every handler. */
function thrownBy(error: unknown): unknown {
  if (codeOf(error) !== 'handler_failed') return error;
  return (error as { readonly cause?: unknown }).cause ?? error;
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

function failed(reason: InboxDeadReason, error: unknown, final = false): RunResult {
  return { state: 'failed', reason, error: describeError(error), final };
}
