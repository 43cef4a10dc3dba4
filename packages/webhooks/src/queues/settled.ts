import type { WaitUntil } from '../receiver/context.js';
import type { Outcome } from '../receiver/outcome.js';

/**
 * Whether a queue may forget a message. What is no usable event is kept, unless `onUnhandled` or `onDeadLetter` took it: the
 * queue's dead letter queue gets it in the end, an acknowledgement would lose it.
 */
export function isSettled({ status, result, reason }: Outcome): boolean {
  return status === 200 && !(result === 'dead_lettered' && reason === 'payload_invalid');
}

/** Calls with a `waitUntil` whose work ends before the promise resolves: Lambda freezes the process after that. */
export async function untilSettled<T>(call: (waitUntil: WaitUntil) => Promise<T>): Promise<T> {
  const work: Promise<unknown>[] = [];
  const value = await call((one) => work.push(one));
  // Work may begin more: the dead letter of a handler that ran out of time.
  while (work.length > 0) await Promise.allSettled(work.splice(0));
  return value;
}
