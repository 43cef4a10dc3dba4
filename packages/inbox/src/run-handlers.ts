import { type Context, parseEvent, type WebhookEvent } from '@videocloud/webhooks';
import { carrierOf } from './carrier.js';
import type { RunHandlers, Taken } from './engine.js';
import { codeOf, describeError, InboxError, oneLine } from './errors.js';
import { type InboxDeadReason, type RunResult, timeLimitOf, waitLimitOf } from './policy.js';
import { traceFunction } from './traces.js';
import type { Dispatcher, InboxHandler } from './types.js';

const HANDLED: RunResult = { state: 'handled' };

/**
 * Makes the run of a receiver's handlers, or of a function. Its signal aborts before the lease ends, and an attempt ends
 * when the handler has settled, at the latest with the lease.
 *
 * @param report hears what a function throws, and that a handler still runs when its lease ends; a receiver reports its
 *   handlers' errors itself
 * @throws TypeError when the target is neither a receiver nor a function
 */
export function handlersOf<Env>(
  target: Dispatcher<Env> | InboxHandler<Env>,
  lease: number,
  env: Env,
  report: (error: unknown) => void,
): RunHandlers {
  const run = typeof target === 'function' ? runFunction(target, env, report) : runReceiver(target, lease, env);
  const limit = timeLimitOf(lease);
  return (taken) => {
    const controller = new AbortController();
    return new Promise((resolve) => {
      let ended = false;
      const end = (result: RunResult | null) => {
        if (ended) return;
        ended = true;
        clearTimeout(timer);
        if (result !== null) return resolve(result);
        const error = timeoutError(taken, `the handler still runs, and its lease of ${lease} ms ends`);
        report(error);
        resolve(failed('handler_timeout', error));
      };
      let timer = setTimeout(() => {
        timer = setTimeout(end, waitLimitOf(lease) - limit, null);
        controller.abort(
          timeoutError(taken, `the handler has run for ${limit} ms, and its lease of ${lease} ms ends soon`),
        );
      }, limit);
      run(taken, controller).then(end, (error: unknown) => end(failed('handler_failed', error)));
    });
  };
}

function timeoutError({ event, key, attempt }: Taken, what: string): InboxError {
  const delivery = `${event ?? 'not an event'} ${key} attempt ${attempt}`;
  return new InboxError('handler_timeout', `${oneLine(delivery)}: ${what}: give openInbox a longer lease`);
}

/**
 * Resolves with null where the lease is over and the handler still runs. It gets the controller, not its signal: that is made
 * when it is first read, and takes longer than a short handler.
 */
type Run = (taken: Taken, controller: AbortController) => Promise<RunResult | null>;

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
      return failedBy(error);
    }
  };
}

function runReceiver<Env>(receiver: Dispatcher<Env>, lease: number, env: Env): Run {
  if (typeof receiver?.dispatch !== 'function') {
    throw new TypeError('inbox.process takes a receiver made by createReceiver(), or a function of the delivery');
  }
  return async ({ key, body, attempt, carrier }, { signal }) => {
    const options = { attempt, signal, lease, key, carrier: carrierOf(carrier) ?? undefined, env };
    const { result, error, reason } = await receiver.dispatch(body, options);
    if (codeOf(error) === 'handler_timeout') return null;
    if (result === 'failed') return failedBy(thrownBy(error));
    if (result === 'rejected') return failed('rejected', error, true);
    // No handler may get it, and neither `onUnhandled` nor `onDeadLetter` took it.
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

/** A handler that throws what its signal was aborted with ran out of time. */
function failedBy(error: unknown): RunResult {
  return failed(codeOf(error) === 'handler_timeout' ? 'handler_timeout' : 'handler_failed', error);
}

function failed(reason: InboxDeadReason, error: unknown, final = false): RunResult {
  return { state: 'failed', reason, error: describeError(error), final };
}
