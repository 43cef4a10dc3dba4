// What becomes of a delivery after an attempt, and what an operator may do with it: the rules of all three engines.

interface RetryRules {
  readonly maxAttempts: number;
  /** Milliseconds. */
  readonly retryDelay: number;
}

/**
 * Where a record is.
 *
 * - `waiting`: accepted and due, or due again later
 * - `retrying`: one of those waiting that was tried at least once (Redis: and whose next attempt is not due yet)
 * - `running`: in a handler at this moment, or lost by a worker that died, until its lease ends
 * - `dead`: failed for good; its bytes are kept
 * - `handled`: done, and remembered so that a copy is a duplicate
 */
export type InboxState = 'waiting' | 'retrying' | 'running' | 'dead' | 'handled';

/** Why a delivery became a dead letter. */
export type InboxDeadReason = 'handler_failed' | 'handler_timeout' | 'payload_invalid' | 'rejected' | 'process_died';

/** What the handlers did with a delivery. `final`: the same bytes will fail again. */
export type RunResult =
  | { readonly state: 'handled' }
  | { readonly state: 'failed'; readonly reason: InboxDeadReason; readonly error: string; readonly final: boolean };

/** What is written down after an attempt. */
export type Settlement =
  | { readonly state: 'handled' }
  | { readonly state: 'retry'; readonly error: string; readonly delayMs: number }
  | { readonly state: 'dead'; readonly reason: InboxDeadReason; readonly error: string };

/** The result of an attempt that ended with its process. */
export const PROCESS_DIED: RunResult = {
  state: 'failed',
  reason: 'process_died',
  error: 'The process ended during the last attempt',
  final: false,
};

/** Decides between done, another attempt and a dead letter. `attempt` is 1 for the first; attempts that died count. */
export function settlementOf(result: RunResult, attempt: number, rules: RetryRules): Settlement {
  if (result.state === 'handled') return result;
  const { reason, error } = result;
  if (result.final || attempt >= rules.maxAttempts) return { state: 'dead', reason, error };
  // A worker that died was waited for already: its lease had to end.
  const delayMs = reason === 'process_died' ? 0 : retryDelayAfter(attempt, rules.retryDelay);
  return { state: 'retry', error, delayMs };
}

/** The wait after a failed attempt: doubled each time, between a half and the whole of that. */
export function retryDelayAfter(attempt: number, base: number, random: () => number = Math.random): number {
  const full = base * 2 ** Math.min(attempt - 1, 16);
  return Math.ceil(full / 2 + (full / 2) * random());
}

/**
 * How many workers must have died with a delivery before it may be what kills them. A worker runs one such delivery at
 * a time, so that a poisonous one cannot use up the attempts of those beside it. After one death all are equal, so that
 * a worker that was merely restarted catches up at full speed.
 */
export const SUSPECT_AFTER = 2;

/**
 * What an operator may make due: a dead letter, with all its attempts again, or what waits for its next attempt, with
 * those it has left. What runs settles itself, and what is handled stays handled.
 */
export const RETRYABLE: readonly InboxState[] = ['dead', 'retrying'];

/** What an operator may delete: not what runs, nor the keys by which copies are duplicates. */
export const DISCARDABLE: readonly InboxState[] = ['dead', 'retrying', 'waiting'];

/** Whether its handlers will not run again unless somebody retries it. */
export function isSettled(state: InboxState | undefined): boolean {
  return state === 'dead' || state === 'handled';
}

/** What `stats().lastMinute` covers. */
export const RATE_WINDOW_MS = 60_000;

/** How long a handler may run before its signal aborts: the lease less the time to end and to write the result down. */
export function timeLimitOf(lease: number): number {
  return lease - Math.min(10_000, Math.ceil(lease / 4));
}

/** How long a worker waits for a handler: until just before another worker may take the delivery over. */
export function waitLimitOf(lease: number): number {
  return lease - Math.min(2_000, Math.ceil(lease / 8));
}

/** The most bytes of bodies in the handlers of one `process()` call; a single larger delivery still runs, alone. */
export const MAX_RUNNING_BYTES = 64 * 1_048_576;

/** How long `stop()` and `close()` wait for a database that does not answer, once the handlers have ended. */
export const CLOSE_TIMEOUT_MS = 3_000;
