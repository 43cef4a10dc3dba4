import { type Context, DeliveryContext } from './context.js';
import { errorOf } from './outcome.js';
import { type Deadlines, TIMED_OUT, withTimeout } from './timeouts.js';

/** The end of user code that settled. */
export type SettledRun = { readonly state: 'done' } | { readonly state: 'failed'; readonly error: unknown };

/** The result of a run of user code; `settled` resolves when code that ran out of time ends after all. */
export type RunResult = SettledRun | { readonly state: 'timeout'; readonly settled: Promise<SettledRun> };

/**
 * Runs user code under a deadline. When time is up the context's signal aborts and the run counts as timed out; it cannot
 * be stopped from outside.
 */
export async function runWithDeadline(
  work: (context: Context) => unknown,
  context: DeliveryContext,
  deadlines: Deadlines,
): Promise<RunResult> {
  const settled = settle(work, context);
  const result = await withTimeout(deadlines, settled);
  if (result !== TIMED_OUT) return result;
  // Here, not in the timer: listeners of the signal keep the AsyncLocalStorage of this delivery.
  DeliveryContext.abort(context, errorOf('handler_timeout'));
  return { state: 'timeout', settled };
}

async function settle(work: (context: Context) => unknown, context: Context): Promise<SettledRun> {
  try {
    await work(context);
    return { state: 'done' };
  } catch (error) {
    return { state: 'failed', error };
  }
}
