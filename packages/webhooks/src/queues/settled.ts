import type { Outcome } from '../receiver/outcome.js';

/**
 * Whether a queue may forget a message. What is no usable event is kept, unless `onUnhandled` or `onDeadLetter` took it: the
 * queue's dead letter queue gets it in the end, an acknowledgement would lose it.
 */
export function isSettled({ status, result, reason }: Outcome): boolean {
  return status === 200 && !(result === 'dead_lettered' && reason === 'payload_invalid');
}
