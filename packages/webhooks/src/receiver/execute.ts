import { type Context, TaskContext } from './context.js';
import type { Deadlines } from './deadlines.js';
import { isThenable } from './maybe-async.js';
import { errorOf } from './outcome.js';

/** How a run of user code ended. `settled` of a timeout tells how it ends after all, if ever. */
export type Ending =
  | { readonly state: 'done' }
  | { readonly state: 'failed'; readonly error: unknown }
  | { readonly state: 'timeout'; readonly settled: Promise<Ending> };

const DONE: Ending = { state: 'done' };

/**
 * Runs user code under a deadline. When time is up the context's signal aborts and the run is reported as timed out,
 * but it cannot be stopped from outside.
 */
export function execute(
  work: (context: Context) => unknown,
  context: TaskContext,
  deadlines: Deadlines,
): Ending | Promise<Ending> {
  let result: unknown;
  try {
    result = work(context);
    if (!isThenable(result)) return DONE;
  } catch (error) {
    return { state: 'failed', error };
  }
  const settled = Promise.resolve(result).then(
    () => DONE,
    (error: unknown): Ending => ({ state: 'failed', error }),
  );
  return new Promise((resolve) => {
    const deadline = deadlines.start(() => {
      TaskContext.abort(context, errorOf('handler_timeout'));
      resolve({ state: 'timeout', settled });
    });
    settled.then((ending) => {
      deadlines.cancel(deadline);
      resolve(ending);
    });
  });
}
